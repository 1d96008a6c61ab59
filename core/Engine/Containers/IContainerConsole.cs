namespace SnapshotBot.Engine;

/// <summary>What a container writes, heard as it comes, and its standard input.</summary>
public interface IContainerConsole : IAsyncDisposable
{
    /// <summary>Writes one line to the container's standard input.</summary>
    /// <exception cref="EngineRefusedException">It takes none.</exception>
    Task WriteLineAsync(string line, CancellationToken cancellationToken);

    /// <summary>The next piece of what it writes, both streams as they come; null when it ended.</summary>
    Task<string?> ReadAsync(CancellationToken cancellationToken);
}
