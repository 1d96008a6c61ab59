using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Backends;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What is known of the second copy.</summary>
internal sealed class SecondCopy(Marks marks, UpkeepSettings settings, RepositoryAccess access, SnapshotStore store, TimeProvider time)
{
    /// <summary>What is missing there is copied so often at most.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <summary>A snapshot is there by then when the copy keeps its rhythm: it waits for its turn, then it is copied.</summary>
    private static readonly TimeSpan Allowed = Every * 2;

    private const string Key = "copy";

    /// <summary>The copy that was set, or the one last made by hand; null when there is none.</summary>
    public CopyInfo? Info()
    {
        var mark = Mark();
        if ((settings.CopyTo ?? mark?.To) is not { } to || !TryLocate(to, out var location))
            return null;
        var known = mark is not null && mark.To == to ? mark : null;
        var there = (known?.Has ?? []).ToHashSet(StringComparer.Ordinal);
        var missing = store.Made().Where(one => !there.Contains(one.Id.Value)).ToList();
        return new(location.ToString(), known?.At, missing.Count, known?.Failure, IsElsewhere(location))
        {
            Late = missing.Where(one => time.GetUtcNow() - one.DoneAt > Allowed).Select(one => one.Id).ToHashSet(),
        };
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
/// <param name="At">When a copy last came to its end: the moment it began.</param>
/// <param name="Failure">Why the last one was not complete, or null.</param>
/// <param name="Has">The ids of our snapshots it held then.</param>
internal sealed record CopyMark(string To, DateTimeOffset? At, string? Failure, IReadOnlyList<string> Has);
