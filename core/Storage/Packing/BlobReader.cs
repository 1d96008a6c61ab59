using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Packing;

/// <summary>Reads single blobs. Every one is opened, decompressed and hashed: what comes back is what its id promises. Safe for several threads.</summary>
/// <remarks>Who reads many blobs of one pack reads the pack's range at once and uses <see cref="Decode"/>.</remarks>
/// <param name="repository">Where to read.</param>
/// <param name="index">What is there.</param>
/// <param name="writer">Whose trees are found too while it keeps them in memory (<see cref="BlobWriter.KeepAsync"/>); it must not flush while a read is under way.</param>
public sealed class BlobReader(OpenRepository repository, BlobIndex index, BlobWriter? writer = null)
{
    /// <summary>Largest blob that is read, in bytes: above what any program writes, below what harms.</summary>
    public const int MaxBlob = 1 << 30;

    [ThreadStatic]
    private static Decompressor? _decompressor;

    public OpenRepository Repository => repository;

    public BlobIndex Index => index;

    /// <summary>Reads a blob's plain content; where its first copy is damaged, another pack's.</summary>
    /// <exception cref="RepositoryDamagedException">It is not in the index, its pack is gone, or it is not what its id promises.</exception>
    public async Task<byte[]> ReadAsync(BlobId id, BlobKind kind, CancellationToken cancellationToken)
    {
        if (!index.TryFind(id, kind, out var at))
        {
            if (writer?.FindKept(id, kind) is (var kept, var content))
            {
                return Open(id, kept, content);
            }

            throw new RepositoryDamagedException($"The {(kind == BlobKind.Tree ? "tree" : "piece")} {id.Value.ToShortString()} is in no pack.", blob: id);
        }

        try
        {
            return await ReadAtAsync(id, at, cancellationToken);
        }
        catch (RepositoryDamagedException) when (index.FindOthers(id, at).Count > 0)
        {
            if (await TryReadOtherAsync(id, at, cancellationToken) is { } sound)
            {
                return sound;
            }

            throw;
        }
    }

    /// <summary>Reads a sound copy of a blob that is damaged where it was looked for, or null when there is none.</summary>
    public async Task<byte[]?> TryReadOtherAsync(BlobId id, BlobLocation damaged, CancellationToken cancellationToken)
    {
        foreach (var other in index.FindOthers(id, damaged))
        {
            try
            {
                return await ReadAtAsync(id, other, cancellationToken);
            }
            catch (RepositoryDamagedException)
            {
                // This copy is no better; the caller tells of the first.
            }
        }

        return null;
    }

    private async Task<byte[]> ReadAtAsync(BlobId id, BlobLocation at, CancellationToken cancellationToken)
    {
        var file = new RepositoryFile(FileKind.Pack, at.Pack.Value);
        var content = GC.AllocateUninitializedArray<byte>(CheckedLength(id, at));
        try
        {
            await repository.Backend.ReadAsync(file, at.Offset, content, cancellationToken);
        }
        catch (BackendException e) when (e.Failure is BackendFailure.NotFound or BackendFailure.WrongSize)
        {
            throw new RepositoryDamagedException($"Pack {at.Pack.Value.ToShortString()} is missing or cut short.", file, id, e);
        }

        return Open(id, at, content);
    }

    private byte[] Open(BlobId id, in BlobLocation at, byte[] content)
    {
        var plain = GC.AllocateUninitializedArray<byte>((int)at.PlainLength);
        Decode(id, at, content, plain);
        return plain;
    }

    /// <summary>
    /// Opens a blob's bytes (in place), decompresses them into a buffer of exactly <see cref="BlobLocation.PlainLength"/> bytes and checks the
    /// result against its id.
    /// </summary>
    /// <exception cref="RepositoryDamagedException">It is not what its id promises; the buffer's content is then nobody's.</exception>
    public void Decode(BlobId id, in BlobLocation at, Span<byte> sealedBlob, Span<byte> plain)
    {
        var file = new RepositoryFile(FileKind.Pack, at.Pack.Value);
        if (!repository.Key.TryOpen(sealedBlob, out var opened))
        {
            throw new RepositoryDamagedException($"The seal of blob {id.Value.ToShortString()} in pack {at.Pack.Value.ToShortString()} is broken.", file, id);
        }

        if (at.IsCompressed)
        {
            if (!(_decompressor ??= new Decompressor()).TryDecompress(opened, plain))
            {
                throw new RepositoryDamagedException($"Blob {id.Value.ToShortString()} in pack {at.Pack.Value.ToShortString()} can't be decompressed.", file, id);
            }
        }
        else
        {
            opened.CopyTo(plain);
        }

        if (ObjectId.Hash(plain) != id.Value)
        {
            throw new RepositoryDamagedException($"Blob {id.Value.ToShortString()} in pack {at.Pack.Value.ToShortString()} holds other content than its name promises.", file, id);
        }
    }

    private static int CheckedLength(BlobId id, in BlobLocation at) =>
        at.Length <= MaxBlob && at.PlainLength <= MaxBlob
            ? (int)at.Length
            : throw new RepositoryDamagedException($"Blob {id.Value.ToShortString()} claims to be larger than any program writes.", new RepositoryFile(FileKind.Pack, at.Pack.Value), id);
}
