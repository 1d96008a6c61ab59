using System.Text;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing.Backends;

namespace SnapshotBot.Testing.Repositories;

/// <summary>A real repository in memory, filled from files in memory.</summary>
public sealed class MemoryRepository : IAsyncDisposable
{
    public const string Password = "a password";

    private static readonly AccountNames Accounts = AccountNames.Read();

    private MemoryRepository(MemoryBackend backend, OpenRepository repository)
    {
        Backend = backend;
        Open = repository;
    }

    public MemoryBackend Backend { get; }

    public OpenRepository Open { get; }

    public static async Task<MemoryRepository> CreateAsync(CancellationToken cancellationToken)
    {
        var backend = new MemoryBackend();
        return new MemoryRepository(backend, await new RepositoryOpener(TimeProvider.System).CreateAsync(backend, Password, cancellationToken));
    }

    /// <summary>The same repository as it is now, apart from here on.</summary>
    public MemoryRepository Copy() => On(Backend.Copy());

    /// <summary>Opens what a backend holds, a damaged copy for instance, with this one's key: to derive it anew each time would take long.</summary>
    public MemoryRepository On(MemoryBackend backend) => new(
        backend, new OpenRepository(backend, MasterKey.FromParts(Open.Key.Encrypt, Open.Key.MacK, Open.Key.MacR), Open.Config));

    /// <summary>Makes a snapshot of files by path. Unless it is told what is there already, everything is written once more.</summary>
    public async Task<StoredSnapshot> ArchiveAsync(
        IReadOnlyDictionary<string, byte[]> files, DateTimeOffset time, string[] tags, BlobIndex? known, CancellationToken cancellationToken)
    {
        var index = known ?? (await IndexLoader.LoadAsync(Open, cancellationToken)).Index;
        await using var session = new ArchiveSession(Open, index, Accounts);
        var at = UnixTime.From(time);
        await session.PassAsync(
            [.. files.Select(file => new ArchiveItem.Content(Encoding.UTF8.GetBytes(file.Key), file.Value, at))], new PassOptions(), cancellationToken);
        var draft = new SnapshotFile { Time = time, Tree = "", Paths = ["/"], Hostname = "host", Tags = tags };
        return (await session.CommitAsync(draft, [], cancellationToken)).Snapshot;
    }

    /// <summary>Reads all files of a snapshot; null for one that can't be read whole.</summary>
    public async Task<SortedDictionary<string, byte[]?>> ReadAsync(StoredSnapshot snapshot, CancellationToken cancellationToken)
    {
        var reader = new BlobReader(Open, (await IndexLoader.LoadAsync(Open, cancellationToken)).Index);
        var found = new SortedDictionary<string, byte[]?>(StringComparer.Ordinal);
        await ReadTreeAsync(reader, snapshot.File.TreeId, "", found, cancellationToken);
        return found;
    }

    public async ValueTask DisposeAsync() => await Open.DisposeAsync();

    private static async Task ReadTreeAsync(
        BlobReader reader, TreeId id, string path, SortedDictionary<string, byte[]?> found, CancellationToken cancellationToken)
    {
        Tree tree;
        try
        {
            tree = await new TreeLoader(reader).LoadAsync(id, cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            found[path.Length == 0 ? "/" : path] = null;
            return;
        }

        foreach (var node in tree.Nodes)
        {
            var below = $"{path}/{Encoding.UTF8.GetString(node.Name)}";
            if (node.Subtree is { } subtree)
            {
                await ReadTreeAsync(reader, subtree, below, found, cancellationToken);
                continue;
            }

            try
            {
                using var content = new MemoryStream();
                foreach (var blob in node.Content ?? [])
                {
                    content.Write(await reader.ReadAsync(blob, BlobKind.Data, cancellationToken));
                }

                found[below] = content.ToArray();
            }
            catch (RepositoryDamagedException)
            {
                found[below] = null;
            }
        }
    }
}
