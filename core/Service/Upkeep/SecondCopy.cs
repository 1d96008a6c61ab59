using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Backends;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What is known of the second copy.</summary>
internal sealed class SecondCopy(Marks marks, UpkeepSettings settings, RepositoryAccess access, SnapshotStore store)
{
    private const string Key = "copy";

    /// <summary>The copy that was set, or the one last made by hand; null when there is none.</summary>
    public CopyInfo? Info()
    {
        var mark = Mark();
        if ((settings.CopyTo ?? mark?.To) is not { } to || !TryLocate(to, out var location))
            return null;
        var known = mark is not null && mark.To == to ? mark : null;
        return new(location.ToString(), known?.At, known?.At is { } at ? store.CountSince(at) : store.Count(), known?.Failure, IsElsewhere(location));
    }

    public CopyMark? Mark() => marks.Read(Key, GuardJson.Default.CopyMark);

    public DateTimeOffset? LookedAt => marks.WrittenAt(Key);

    public Task RememberAsync(CopyMark mark, CancellationToken cancellationToken) => marks.WriteAsync(Key, mark, GuardJson.Default.CopyMark, cancellationToken);

    public static bool TryLocate(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RepositoryLocation? location) =>
        RepositoryLocation.TryParse(text, Environment.CurrentDirectory, out location, out _);

    /// <summary>Another machine, or another disk of this one.</summary>
    private bool IsElsewhere(RepositoryLocation location) =>
        location is not RepositoryLocation.Local local || access.LocalPath is not { } own
        || (DataFolder.SpaceOf(local.Path)?.Device is { } there && DataFolder.SpaceOf(own)?.Device is { } here && there != here);
}

/// <summary>What the last copy came to.</summary>
/// <param name="To">As it was given.</param>
/// <param name="At">When a copy was last complete: the moment it began.</param>
/// <param name="Failure">Why the last one was not, or null.</param>
internal sealed record CopyMark(string To, DateTimeOffset? At, string? Failure);
