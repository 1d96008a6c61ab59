using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing.Backends;

namespace SnapshotBot.Storage.Tests.Repositories;

/// <summary>A repository in memory, open without the cost of a password.</summary>
internal sealed class MadeRepository : IAsyncDisposable
{
    private readonly MasterKey _key;

    public MadeRepository(int version = 2, MemoryBackend? backend = null)
    {
        Backend = backend ?? new MemoryBackend();
        _key = MasterKey.Generate();
        Open = new OpenRepository(Backend, _key, new RepositoryConfig
        {
            Version = version,
            Id = ObjectId.Random().ToString(),
            ChunkerPolynomial = ChunkerPolynomial.Random().ToString(),
        });
    }

    public MemoryBackend Backend { get; }

    public OpenRepository Open { get; }

    public MasterKey Key => _key;

    /// <summary>Seals and stores bytes as a file of a kind, whatever they are.</summary>
    public RepositoryFile Put(FileKind kind, ReadOnlySpan<byte> plain)
    {
        var content = new byte[plain.Length + MasterKey.Overhead];
        _key.Seal(plain, content);
        var file = new RepositoryFile(kind, kind == FileKind.Config ? default : ObjectId.Hash(content));
        Backend.Put(file, content);
        return file;
    }

    public ValueTask DisposeAsync() => Open.DisposeAsync();
}
