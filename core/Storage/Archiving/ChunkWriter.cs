using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Writes a file's chunks that are new and keeps the list of all of them. One for each worker; not safe for several threads.</summary>
/// <param name="lane">Where new chunks go.</param>
/// <param name="keepsBlocks">Whether a fast hash of each is kept too, by which a later pass tells what changed.</param>
internal sealed class ChunkWriter(BlobLane lane, bool keepsBlocks)
{
    /// <summary>Zeros of a hole become blobs of this length, which all are one.</summary>
    private const int ZeroLength = 4 << 20;

    private static readonly byte[] Zeros = new byte[ZeroLength];

    private readonly Dictionary<int, BlobId> _zeroIds = [];
    private readonly List<BlobId> _blobs = [];
    private readonly List<int> _lengths = [];
    private readonly List<ulong> _hashes = [];

    public IReadOnlyList<BlobId> Blobs => _blobs;

    public List<int> Lengths => _lengths;

    public List<ulong> Hashes => _hashes;

    /// <summary>All since <see cref="Clear"/> as one stretch of a file.</summary>
    public StretchContent ToStretch(long bytes) => new([.. _blobs], bytes, [.. _lengths], [.. _hashes]);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        if (IsZero(chunk.Span))
        {
            await WriteZeroAsync(chunk.Length, cancellationToken);
            return;
        }

        var id = new BlobId(ObjectId.Hash(chunk.Span));
        Add(id, chunk.Length, keepsBlocks ? BlockHash.Of(chunk.Span) : 0);
        await lane.WriteAsync(id, chunk, cancellationToken);
    }

    public async ValueTask WriteZerosAsync(long length, CancellationToken cancellationToken)
    {
        for (; length > 0; length -= ZeroLength)
        {
            await WriteZeroAsync((int)Math.Min(length, ZeroLength), cancellationToken);
        }
    }

    private async ValueTask WriteZeroAsync(int length, CancellationToken cancellationToken)
    {
        if (!_zeroIds.TryGetValue(length, out var id))
        {
            id = new BlobId(ObjectId.Hash(Zeros.AsSpan(0, length)));
            _zeroIds.Add(length, id);
        }

        Add(id, length, BlockHash.Zeros);
        await lane.WriteAsync(id, Zeros.AsMemory(0, length), cancellationToken);
    }

    public void Add(BlobId id, int length, ulong hash)
    {
        _blobs.Add(id);
        if (keepsBlocks)
        {
            _lengths.Add(length);
            _hashes.Add(hash);
        }
    }

    public void Clear()
    {
        _blobs.Clear();
        _lengths.Clear();
        _hashes.Clear();
    }

    private static bool IsZero(ReadOnlySpan<byte> chunk) => chunk[0] == 0 && chunk.IndexOfAnyExcept((byte)0) < 0;
}
