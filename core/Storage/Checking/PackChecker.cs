using System.Collections.Concurrent;
using System.Security.Cryptography;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Checking;

/// <summary>Reads packs whole and compares everything about them: name, header, index, every blob. For one thread.</summary>
internal sealed class PackChecker(OpenRepository repository, BlobReader reader, ConcurrentBag<CheckFinding> findings)
{
    /// <summary>Packs up to this size are held in memory; larger ones, which other programs may write, are read piece by piece.</summary>
    private const int LargestWhole = 48 << 20;

    private const int Piece = 4 << 20;

    private byte[] _content = [];
    private byte[] _plain = [];

    /// <param name="pack">The pack.</param>
    /// <param name="size">Bytes of its file.</param>
    /// <param name="listed">What the index says it holds.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task CheckAsync(PackId pack, long size, List<PackEntry> listed, CancellationToken cancellationToken)
    {
        try
        {
            if (size <= LargestWhole)
            {
                await CheckWholeAsync(pack, (int)size, listed, cancellationToken);
            }
            else
            {
                await CheckInPiecesAsync(pack, size, listed, cancellationToken);
            }
        }
        catch (BackendException e) when (e.Failure is BackendFailure.NotFound or BackendFailure.WrongSize or BackendFailure.Broken)
        {
            findings.Add(new CheckFinding.DamagedPack(pack, e.Message));
        }
        catch (RepositoryDamagedException e)
        {
            findings.Add(new CheckFinding.DamagedPack(pack, e.Message));
        }
    }

    private async Task CheckWholeAsync(PackId pack, int size, List<PackEntry> listed, CancellationToken cancellationToken)
    {
        var content = Room(ref _content, size);
        await repository.Backend.ReadAsync(new RepositoryFile(FileKind.Pack, pack.Value), 0, content, cancellationToken);
        CheckName(pack, ObjectId.Hash(content.Span));

        // The header first: blobs are opened in place.
        CheckHeader(pack, listed, () => PackHeader.Read(repository, pack, content.Span));
        foreach (var (_, blob) in listed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((long)blob.Location.Offset + blob.Location.Length > size)
            {
                Lost(blob, "It lies beyond the end of its pack.");
            }
            else
            {
                CheckBlob(blob, content.Slice((int)blob.Location.Offset, (int)blob.Location.Length));
            }
        }
    }

    private async Task CheckInPiecesAsync(PackId pack, long size, List<PackEntry> listed, CancellationToken cancellationToken)
    {
        var file = new RepositoryFile(FileKind.Pack, pack.Value);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var at = 0L; at < size; at += Piece)
        {
            var piece = Room(ref _content, (int)Math.Min(Piece, size - at));
            await repository.Backend.ReadAsync(file, at, piece, cancellationToken);
            hash.AppendData(piece.Span);
        }

        CheckName(pack, ObjectId.FromBytes(hash.GetHashAndReset()));
        var header = await PackHeader.ReadAsync(repository, pack, size, cancellationToken);
        CheckHeader(pack, listed, () => header);
        foreach (var (_, blob) in listed)
        {
            if ((long)blob.Location.Offset + blob.Location.Length > size || blob.Location.Length > BlobReader.MaxBlob)
            {
                Lost(blob, "It lies beyond the end of its pack.");
                continue;
            }

            var content = Room(ref _content, (int)blob.Location.Length);
            await repository.Backend.ReadAsync(file, blob.Location.Offset, content, cancellationToken);
            CheckBlob(blob, content);
        }
    }

    private void CheckName(PackId pack, ObjectId hash)
    {
        if (hash != pack.Value)
        {
            findings.Add(new CheckFinding.DamagedPack(pack, "its bytes are not what its name promises."));
        }
    }

    private void CheckHeader(PackId pack, List<PackEntry> listed, Func<IReadOnlyList<IndexedBlob>> read)
    {
        try
        {
            var header = read().ToHashSet();
            var strangers = listed.Count(entry => !header.Contains(entry.Blob));
            if (strangers > 0)
            {
                findings.Add(new CheckFinding.DamagedPack(pack, $"{strangers} blobs stand in the index otherwise than in its header."));
            }

            if (header.Count > listed.Count)
            {
                findings.Add(new CheckFinding.DamagedPack(pack, $"{header.Count - listed.Count} of its blobs are in no index."));
            }
        }
        catch (RepositoryDamagedException e)
        {
            findings.Add(new CheckFinding.DamagedPack(pack, e.Message));
        }
    }

    private void CheckBlob(IndexedBlob blob, Memory<byte> content)
    {
        if (blob.Location.PlainLength > BlobReader.MaxBlob)
        {
            Lost(blob, "It claims to be larger than any program writes.");
            return;
        }

        try
        {
            reader.Decode(blob.Id, blob.Location, content.Span, Room(ref _plain, (int)blob.Location.PlainLength).Span);
        }
        catch (RepositoryDamagedException e)
        {
            Lost(blob, e.Message);
        }
    }

    private void Lost(IndexedBlob blob, string reason) =>
        findings.Add(new CheckFinding.DamagedBlob(blob.Id, blob.Location.Kind, blob.Location.Pack, reason));

    private static Memory<byte> Room(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, Piece));
        }

        return buffer.AsMemory(0, length);
    }
}
