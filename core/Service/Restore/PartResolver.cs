using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Restore;

/// <summary>Turns parts that people know (<c>player Anna</c>) into paths of a snapshot, by what the server's game knows.</summary>
internal sealed class PartResolver(GameFinder games)
{
    /// <exception cref="RefusedException">The game has no such part, or the snapshot nothing of it.</exception>
    public async Task<IReadOnlyList<WantedPath>> ResolveAsync(
        IReadOnlyList<string> texts, InspectedServer live, GameTree tree, RepositorySession session, CancellationToken cancellationToken)
    {
        if (texts.Count == 0)
            return [];
        var game = games.Of(live);
        var container = tree.Containers.FirstOrDefault(name => name == game.Container?.Name) ?? tree.Containers[0];
        var files = new SnapshotGameFiles(tree, await session.BlobsAsync(cancellationToken), container);
        var paths = new List<WantedPath>();
        foreach (var text in texts)
        {
            paths.AddRange(await game.ResolveAsync(text, files, cancellationToken) switch
            {
                PartAnswer.Paths found => found.All.Select(path => new WantedPath(path, Absence.Restore)),
                PartAnswer.Nothing nothing => throw new RefusedException(new Refusal.PartUnknown(text, nothing.Wanted, nothing.Known)),
                PartAnswer.NotUnderstood other => throw new RefusedException(new Refusal.PartRefused(text, game.Profile.Title, other.Usages)),
                _ => throw new InvalidOperationException("A part was resolved in a way nobody knows."),
            });
        }

        return paths;
    }
}

/// <summary>A path to be restored, and what it means that the snapshot does not have it.</summary>
internal sealed record WantedPath(string Path, Absence Absence);

/// <summary>What it means when the snapshot has nothing at a path.</summary>
internal enum Absence
{
    /// <summary>It is a mistake.</summary>
    Refuse,

    /// <summary>There was nothing then, so there is nothing afterwards.</summary>
    Restore,
}
