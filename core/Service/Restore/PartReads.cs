using SnapshotBot.Service.Games;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Restore;

/// <summary>Says which parts of a snapshot people can have back by a word they know, and of what it has some. Runs where it is called.</summary>
public sealed class PartReads
{
    private readonly RepositoryAccess _access;
    private readonly SnapshotStore _store;
    private readonly GameFinder _games;

    internal PartReads(RepositoryAccess access, SnapshotStore store, GameFinder games)
    {
        _access = access;
        _store = store;
        _games = games;
    }

    /// <summary>The parts, as the profile of the snapshot's game lists them; none where nothing is known of the game.</summary>
    public async Task<IReadOnlyList<SnapshotPart>> OfAsync(SnapshotId snapshot, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        var root = _store.Tree(snapshot);
        var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
        var game = _games.Of(document);
        if (game.Profile.Parts.Count == 0 || game.Container is not { } container)
            return [];
        var tree = new GameTree(document, root, await session.TreesAsync(cancellationToken));
        var files = new SnapshotGameFiles(tree, await session.BlobsAsync(cancellationToken), container.Name);
        var parts = new List<SnapshotPart>();
        foreach (var (part, profile) in game.Parts.Zip(game.Profile.Parts))
        {
            var known = await part.SuggestAsync(files, cancellationToken);
            var same = parts.FindIndex(one => one.Word == part.Word);
            if (same < 0)
                parts.Add(new SnapshotPart(part.Word, KindOf(profile.Kind), known, profile.SquareSize));
            else
                parts[same] = parts[same] with { Known = [.. parts[same].Known, .. known] };
        }

        return parts;
    }

    private static SnapshotPartKind KindOf(ProfilePartKind kind) => kind switch
    {
        ProfilePartKind.Paths => SnapshotPartKind.Paths,
        ProfilePartKind.Area => SnapshotPartKind.Area,
        _ => SnapshotPartKind.Player,
    };
}

/// <summary>A part of a snapshot that people know.</summary>
/// <param name="Word">The word it is asked for by: <c>player</c>.</param>
/// <param name="Kind">What it takes besides.</param>
/// <param name="Known">What of it there is: players' names, worlds.</param>
/// <param name="SquareSize">Blocks along one side of what comes back of a map.</param>
public sealed record SnapshotPart(string Word, SnapshotPartKind Kind, IReadOnlyList<string> Known, int SquareSize);

/// <summary>What a part is named by.</summary>
public enum SnapshotPartKind
{
    /// <summary>By its word alone: the configuration.</summary>
    Paths,

    /// <summary>By a player's name.</summary>
    Player,

    /// <summary>By a world and places on its map.</summary>
    Area,
}
