using SnapshotBot.Bot.Commands.Repository;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>Finds the snapshot people mean: <c>latest</c>, an id, or the beginning of one.</summary>
internal static class SnapshotFinder
{
    public static async Task<StoredSnapshot> FindAsync(SnapshotFiles files, string name, CancellationToken cancellationToken)
    {
        if (name == "latest")
        {
            var all = await files.LoadAllAsync(cancellationToken);
            return all.Count > 0 ? all[^1] : throw new CommandFailedException(RepositoryFailures.NoSuchSnapshot(name));
        }

        var id = Pick(name, await files.ListAsync(cancellationToken));
        return new StoredSnapshot(id, await files.LoadAsync(id, cancellationToken));
    }

    /// <summary>The one id that begins with the prefix.</summary>
    public static SnapshotFileId Pick(string prefix, IReadOnlyList<SnapshotFileId> ids)
    {
        var found = ids.Where(id => prefix.Length > 0 && id.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        return found.Count switch
        {
            0 => throw new CommandFailedException(RepositoryFailures.NoSuchSnapshot(prefix)),
            1 => found[0],
            _ => throw new CommandFailedException(RepositoryFailures.AmbiguousSnapshot(
                prefix, [.. found.Select(id => id.ToShortString()).Order(StringComparer.Ordinal)])),
        };
    }

    /// <summary>Splits <c>ID:PATH</c>; the path is null when none was given.</summary>
    public static (string Id, string? Path) Split(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    public static RepositorySnapshot Describe(StoredSnapshot snapshot) => new(
        snapshot.Id.ToString(), snapshot.File.Time, snapshot.File.Hostname ?? "", snapshot.File.Username ?? "", snapshot.File.Paths,
        snapshot.File.AllTags);
}
