using System.Buffers;
using System.Buffers.Binary;

namespace SnapshotBot.Storage.Compression;

/// <summary>Reads zstd frames of strangers: no frame makes it allocate more than the caller allows, none makes it throw.</summary>
/// <remarks>Not for two threads at once: one per worker.</remarks>
public sealed class Decompressor : IDisposable
{
    private readonly ZstdCodec _codec;

    public Decompressor()
        : this(ZstdCodec.Create())
    {
    }

    internal Decompressor(ZstdCodec codec) => _codec = codec;

    /// <summary>Decompresses a frame whose content must fill <paramref name="destination"/> exactly (an index tells a blob's length).</summary>
    /// <returns>False when the frame is damaged, or its content is shorter or longer.</returns>
    public bool TryDecompress(ReadOnlySpan<byte> frame, Span<byte> destination) =>
        _codec.Decompress(frame, destination) == destination.Length;

    /// <summary>
    /// Decompresses a frame whose length nobody told. A length the frame states is not believed beyond <paramref name="limit"/>,
    /// and memory grows with what really comes out.
    /// </summary>
    /// <returns>The content, or null when the frame is damaged or its content longer than <paramref name="limit"/>.</returns>
    public byte[]? Decompress(ReadOnlySpan<byte> frame, int limit)
    {
        // A frame can't state less than it holds (the codec refuses), so a stated size is tried once; else double until it fits.
        long stated = ZstdFrame.StatedContentSize(frame);
        if (stated > limit)
            return null;
        long size = stated >= 0 && stated <= ZstdFrame.BelievableExpansion(frame.Length)
            ? stated
            : Math.Min(limit, Math.Max(4096, frame.Length * 4L));
        while (true)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Max(1, size));
            try
            {
                int length = _codec.Decompress(frame, buffer.AsSpan(0, (int)size));
                if (length >= 0)
                    return buffer.AsSpan(0, length).ToArray();
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (size >= limit)
                return null;
            size = Math.Min(limit, Math.Max(4096, size * 4));
        }
    }

    public void Dispose() => _codec.Dispose();
}

/// <summary>What the head of a zstd frame says (RFC 8878, section 3.1.1.1).</summary>
internal static class ZstdFrame
{
    private const uint Magic = 0xFD2FB528;

    /// <summary>True when the bytes begin with a zstd frame. JSON, the other thing found there, begins with a brace or bracket.</summary>
    public static bool IsFrame(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic;

    /// <summary>Believed without growing step by step: a frame that expands more is possible, but then it has to prove it.</summary>
    public static long BelievableExpansion(int frameLength) => 1L << 16 | ((long)frameLength * 64);

    /// <summary>The content size in the frame's head; -1 when it has none or is no frame.</summary>
    public static long StatedContentSize(ReadOnlySpan<byte> frame)
    {
        if (!IsFrame(frame) || frame.Length < 6)
            return -1;
        byte descriptor = frame[4];
        bool singleSegment = (descriptor & 0x20) != 0;
        ReadOnlySpan<byte> dictionarySizes = [0, 1, 2, 4];
        int at = 5 + (singleSegment ? 0 : 1) + dictionarySizes[descriptor & 3];
        int sizeBytes = (descriptor >> 6) switch { 0 => singleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        if (sizeBytes == 0 || frame.Length < at + sizeBytes)
            return -1;
        ReadOnlySpan<byte> field = frame.Slice(at, sizeBytes);
        return sizeBytes switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256,
            4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
            _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(field), long.MaxValue),
        };
    }
}
