namespace SnapshotBot.Service.Games;

/// <summary>A part of a game's data that people know by a word of their own: one player, a place on the map, the configuration.</summary>
internal abstract class GamePart
{
    /// <summary>The first word: <c>player</c>.</summary>
    public abstract string Word { get; }

    /// <summary>How it is written: <c>player NAME</c>, <c>area WORLD X Z [X Z]</c>.</summary>
    public abstract string Usage { get; }

    /// <summary>Finds the part's paths in a snapshot.</summary>
    /// <param name="arguments">What follows the word. Anything may be in it: it names things, it is never a path.</param>
    /// <param name="files">The snapshot, as the game's container sees it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public abstract Task<PartAnswer> ResolveAsync(IReadOnlyList<string> arguments, IGameFiles files, CancellationToken cancellationToken);

    /// <summary>What could be meant, for suggestions: players' names, worlds. Empty where the part takes nothing.</summary>
    public virtual Task<IReadOnlyList<string>> SuggestAsync(IGameFiles files, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);
}

/// <summary>A snapshot's files by the paths of the game's container.</summary>
internal interface IGameFiles
{
    /// <summary>A small file's content; null when there is none of that name or it is larger than <paramref name="limit"/>.</summary>
    Task<byte[]?> TryReadAsync(string path, int limit, CancellationToken cancellationToken);

    /// <summary>The names in a folder, folders with a slash at their end; empty when there is no such folder.</summary>
    Task<IReadOnlyList<string>> ListAsync(string path, CancellationToken cancellationToken);

    /// <summary>How a path is written for a restore: with its container when the server has several.</summary>
    string Show(string path);
}
