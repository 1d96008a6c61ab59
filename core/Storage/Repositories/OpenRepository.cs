using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Repositories;

/// <summary>
/// A repository whose password was right: what everything else is built from. Reading blobs needs an index besides
/// (<see cref="Indexing.IndexLoader"/>). Owns its backend and key; dispose it last.
/// </summary>
public sealed class OpenRepository : IAsyncDisposable
{
    internal OpenRepository(IBackend backend, MasterKey key, RepositoryConfig config)
    {
        Backend = backend;
        Key = key;
        Config = config;
        Files = new UnpackedFiles(backend, key, config);
    }

    public IBackend Backend { get; }

    public RepositoryConfig Config { get; }

    /// <summary>Snapshots, indexes and locks: files that are sealed whole.</summary>
    public UnpackedFiles Files { get; }

    internal MasterKey Key { get; }

    public async ValueTask DisposeAsync()
    {
        Key.Dispose();
        await Backend.DisposeAsync();
    }
}
