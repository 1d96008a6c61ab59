using System.Security.Cryptography;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Crypto;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Storage.Tests.Archiving;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Restoring;

/// <summary>A repository in memory, a source folder to archive and a target folder to restore into.</summary>
public sealed class RestoreBench : IAsyncLifetime
{
    private static readonly Task<OpenRepository> Empty =
        new RepositoryOpener(TimeProvider.System).CreateAsync(new MemoryBackend(), "secret", CancellationToken.None);

    internal ScratchFolder Source { get; private set; } = null!;

    internal ScratchFolder Target { get; private set; } = null!;

    internal MemoryBackend Backend { get; private set; } = null!;

    internal OpenRepository Repository { get; private set; } = null!;

    internal BlobReader Blobs { get; private set; } = null!;

    internal TreeLoader Trees => new(Blobs);

    public async ValueTask InitializeAsync()
    {
        Source = ScratchFolder.OnDisk();
        Target = ScratchFolder.OnDisk();
        // Deriving a key from a password is slow by design: once is enough.
        var empty = await Empty;
        Backend = ((MemoryBackend)empty.Backend).Copy();
        var key = MasterKey.FromParts(empty.Key.Encrypt, empty.Key.MacK, empty.Key.MacR);
        Repository = new OpenRepository(Backend, key, empty.Config);
        Blobs = new(Repository, new BlobIndex());
    }

    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        Source.Dispose();
        Target.Dispose();
    }

    internal Task<TreeId> ArchiveAsync() => ArchiveAsync(Source.Root);

    internal async Task<TreeId> ArchiveAsync(DirectoryHandle folder)
    {
        await using var session = new ArchiveSession(Repository, Blobs.Index, AccountNames.Read());
        var pass = await session.PassAsync([new ArchiveItem.Folder([], folder)], new PassOptions(), CancellationToken.None);
        pass.Warnings.ShouldBeEmpty();
        await Archive.CommitAsync(session);
        return pass.Tree;
    }

    /// <summary>Writes all blobs once more, as a program would that does not know the first packs; the index then knows both.</summary>
    internal async Task ArchiveOnceMoreAsync()
    {
        var apart = new BlobIndex();
        await using (var session = new ArchiveSession(Repository, apart, AccountNames.Read()))
        {
            await session.PassAsync([new ArchiveItem.Folder([], Source.Root)], new PassOptions(), CancellationToken.None);
            await Archive.CommitAsync(session);
        }

        var blobs = new List<IndexedBlob>();
        apart.ForEach((blob, _) => blobs.Add(blob));
        foreach (var pack in blobs.GroupBy(blob => blob.Location.Pack))
        {
            Blobs.Index.Add(pack.Key, pack);
        }
    }

    internal Task<RestoreOutcome> RestoreAsync(TreeId tree, RestoreOptions? options = null) =>
        new TreeRestorer(Blobs, Trees).RestoreAsync(tree, Target.Root, options ?? new(), new RestoreProgress(), CancellationToken.None);

    internal async Task RestoreWhollyAsync(TreeId tree, RestoreOptions? options = null)
    {
        var outcome = await RestoreAsync(tree, options);
        if (outcome is RestoreOutcome.Partial partial)
        {
            Assert.Fail(string.Join('\n', partial.Problems.Select(p => $"{PathText.Show(p.Path.Span)}: {p.Message}")));
        }
    }

    internal Task AssertSameAsync() => AssertSameAsync(Source.Root, Target.Root, "restored tree");

    /// <summary>Holds two folders to each other: names, types, content, owners, modes, times, attributes, links, holes.</summary>
    internal static async Task AssertSameAsync(DirectoryHandle expected, DirectoryHandle actual, string what)
    {
        using var first = new LiveTreeSource(expected, LiveDetail.StatusAndAttributes);
        using var second = new LiveTreeSource(actual, LiveDetail.StatusAndAttributes);
        var links = new Dictionary<ulong, ulong>();
        var options = new TreeComparisonOptions { ContentProof = ContentProof.Reading, EqualLinks = EqualLinks.Told };
        var wrong = new List<string>();
        await foreach (var change in TreeComparer.CompareAsync(first, second, options, CancellationToken.None))
        {
            var path = PathText.Show(change.ToPath());
            if (change.Before is not { } before || change.After is not { } after)
            {
                wrong.Add($"{path}: {(change.IsAdded ? "too much" : "missing")}");
                continue;
            }

            if ((change.Aspects & ~ChangeAspects.ContentUnproven) != ChangeAspects.None)
            {
                wrong.Add($"{path}: {change.Aspects}");
            }

            if (after.Type == NodeType.File && HashOf(expected, change) != HashOf(actual, change))
            {
                wrong.Add($"{path}: content");
            }

            links.TryAdd(before.Inode, after.Inode);
            if (before.Links != after.Links || links[before.Inode] != after.Inode)
            {
                wrong.Add($"{path}: links");
            }
        }

        wrong.ShouldBeEmpty(what);
    }

    private static string HashOf(DirectoryHandle root, TreeChange change)
    {
        using var directory = change.Directory.Parent is null ? root.Reopen() : root.OpenBeneath(change.Directory.ToBytes());
        using var file = directory.OpenFile(change.Name, out var status);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        // Holes are told apart by their place, not read.
        for (long at = 0; file.TryNextData(at, status.Size, out var start, out var end);)
        {
            var read = file.ReadAt(start, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - start)));
            var content = buffer.AsSpan(0, read);
            if (content.ContainsAnyExcept((byte)0))
            {
                for (var page = 0; page < content.Length; page += 4096)
                {
                    var piece = content[page..Math.Min(content.Length, page + 4096)];
                    if (piece.ContainsAnyExcept((byte)0))
                    {
                        hash.AppendData(BitConverter.GetBytes(start + page));
                        hash.AppendData(piece);
                    }
                }
            }

            at = start + read;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    internal static void WriteRandom(ScratchFolder folder, string name, int size)
    {
        var content = new byte[size];
        Random.Shared.NextBytes(content);
        File.WriteAllBytes(folder.At(name), content);
    }

    internal static void Overwrite(string path, long offset, byte[] content)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(file, content, offset);
    }

    internal static Dictionary<string, ulong> Inodes(DirectoryHandle root)
    {
        var inodes = new Dictionary<string, ulong>(StringComparer.Ordinal);
        using var listing = root.Reopen();
        var buffer = new byte[64 * 1024];
        while (listing.ReadEntries(buffer) is > 0 and var filled)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
            {
                inodes.Add(PathText.Show(entry.Name), entry.Inode);
            }
        }

        return inodes;
    }
}
