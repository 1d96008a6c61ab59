using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Judges what a pass would add by pieces of what it would read, cut, looked up and compressed as the pass would: a file, or a stretch of a large
/// one. Writes nothing.
/// </summary>
internal sealed class AddedSampler(FilesToRead files, BlobIndex index, ChunkingPolicy chunking, Compressor? compressor, CourteousPace? pace)
{
    /// <summary>Pieces looked at; each at most <see cref="FileReader.StretchLength"/>, so a gigabyte is the most that is read.</summary>
    private const int Pieces = 64;

    /// <summary>Copies that are remembered: 16 MiB of memory, whatever a game's disk holds.</summary>
    private const int MostCopies = 1_000_000;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>((int)FileReader.StretchLength);
    private readonly byte[] _packed = GC.AllocateUninitializedArray<byte>(Compressor.MaximumSize(ChunkingPolicy.MaximumChunkSize));
    private readonly HashSet<BlobId> _seen = [];

    public async Task<AddedEstimate> EstimateAsync(CancellationToken cancellationToken)
    {
        var total = 0L;
        await foreach (var file in FindAsync(cancellationToken))
            total += file.Taken;
        var step = Math.Max(1, total / Pieces);
        var shares = new List<double>();
        var (before, next) = (0L, step / 2);
        await foreach (var file in FindAsync(cancellationToken))
        {
            var (piece, share) = (-1L, 0.0);
            for (; next < before + file.Taken; next += step)
            {
                var start = (long)((double)(next - before) / file.Taken * file.Status.Size) / FileReader.StretchLength * FileReader.StretchLength;
                if (start != piece)
                {
                    (piece, share) = (start, ShareOf(file, start));
                    if (pace is not null)
                        await pace.RestAsync(cancellationToken);
                }

                shares.Add(share);
            }

            before += file.Taken;
        }

        return AddedEstimate.Of(total, shares);
    }

    /// <summary>
    /// Each name of a length once, each file of several names once: a world copied beside itself is kept once, and pieces drawn here and there
    /// would not show it.
    /// </summary>
    private IAsyncEnumerable<FileToRead> FindAsync(CancellationToken cancellationToken)
    {
        var known = new HashSet<(ulong, long)>();
        return files.FindAsync(cancellationToken).Where(file =>
            known.Count >= MostCopies || known.Add(file.Status.Links > 1 ? (file.Status.Inode, -1) : (BlockHash.OfName(file.Name), file.Status.Size)));
    }

    /// <summary>What a piece would add for each byte it takes where it lies.</summary>
    private double ShareOf(in FileToRead file, long start)
    {
        try
        {
            using var handle = file.Open(out var status);
            var head = new byte[ChunkingPolicy.HeadSize];
            var chunker = chunking.For(file.Name, status.Size, head.AsSpan(0, handle.ReadAt(0, head)));
            var length = handle.ReadAt(start, _buffer);
            var added = 0L;
            for (var at = 0; at < length;)
            {
                var cut = chunker.FindCut(_buffer.AsSpan(at, length - at), start + at);
                added += AddedBy(_buffer.AsSpan(at, cut));
                at += cut;
            }

            return length == 0 ? 0 : added / (length * ((double)file.Taken / file.Status.Size));
        }
        catch (FileSystemException)
        {
            // Gone or not to be read: it adds nothing.
            return 0;
        }
    }

    private int AddedBy(ReadOnlySpan<byte> chunk)
    {
        if (!chunk.ContainsAnyExcept((byte)0))
            return 0;
        var id = new BlobId(ObjectId.Hash(chunk));
        if (index.Contains(id, BlobKind.Data) || !_seen.Add(id))
            return 0;
        return compressor?.Compress(chunk, _packed) is > 0 and var packed ? packed : chunk.Length;
    }
}
