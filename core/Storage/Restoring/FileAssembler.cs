using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// Puts the pieces of one file together in memory, a segment at a time, so that each segment is written once, whole and aligned. Segments
/// that find no memory free are written piece by piece instead. Safe for several threads.
/// </summary>
internal sealed class FileAssembler(FileWork file, SegmentMemory memory)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Segment> _segments = [];
    private readonly HashSet<long> _loose = [];
    private Dictionary<long, long>? _zeroBytes;
    private bool _created;

    /// <summary>The name it is written under until it is complete; null before the first write.</summary>
    public byte[]? TemporaryName { get; private set; }

    /// <summary>The whole file, when it fits one segment and is complete in memory.</summary>
    public ReadOnlyMemory<byte>? Whole { get; private set; }

    /// <summary>Takes a piece and writes what it completes.</summary>
    public void Write(long offset, ReadOnlySpan<byte> content, ISegmentWriter writer)
    {
        while (!content.IsEmpty)
        {
            var number = offset / SegmentMemory.SegmentLength;
            var within = (int)(offset % SegmentMemory.SegmentLength);
            var taken = Math.Min(content.Length, SegmentMemory.SegmentLength - within);
            if (Find(number) is { } segment)
            {
                content[..taken].CopyTo(segment.Buffer.Span[within..]);
                if (Fill(number, segment, taken))
                {
                    Complete(number, segment, writer);
                }
            }
            else
            {
                writer.WritePiece(file, EnsureCreated(writer), offset, content[..taken]);
            }

            offset += taken;
            content = content[taken..];
        }
    }

    /// <summary>Makes the temporary file unless it is there; a failed file makes none.</summary>
    public byte[] EnsureCreated(ISegmentWriter writer)
    {
        lock (_gate)
        {
            TemporaryName ??= OwnNames.NextTemporary();
            if (!_created && !file.HasFailed)
            {
                writer.Create(file, TemporaryName);
                _created = true;
            }

            return TemporaryName;
        }
    }

    /// <summary>Gives all memory back.</summary>
    public void Release()
    {
        lock (_gate)
        {
            foreach (var segment in _segments.Values)
            {
                memory.Return(segment.Buffer);
            }

            _segments.Clear();
        }
    }

    private Segment? Find(long number)
    {
        lock (_gate)
        {
            if (_segments.TryGetValue(number, out var segment))
            {
                return segment;
            }

            if (_loose.Contains(number))
            {
                return null;
            }

            if (memory.TryRent() is not { } buffer)
            {
                _loose.Add(number);
                return null;
            }

            var zeros = ZeroBytes(number);
            if (zeros > 0)
            {
                buffer.Span.Clear();
            }

            segment = new(buffer, LengthOf(number) - zeros);
            _segments.Add(number, segment);
            return segment;
        }
    }

    /// <summary>True for the one whose piece was the last.</summary>
    private bool Fill(long number, Segment segment, int taken)
    {
        lock (_gate)
        {
            segment.Missing -= taken;
            return segment.Missing == 0 && (IsOnly || _segments.Remove(number));
        }
    }

    private bool IsOnly => file.Length <= SegmentMemory.SegmentLength;

    private void Complete(long number, Segment segment, ISegmentWriter writer)
    {
        var length = LengthOf(number);
        if (IsOnly)
        {
            // Stays among the segments, so that Release gives it back.
            Whole = segment.Buffer.Memory[..length];
            return;
        }

        try
        {
            var padded = AlignedBuffer.RoundUp(length);
            segment.Buffer.Span[length..padded].Clear();
            writer.WriteSegment(file, EnsureCreated(writer), number * SegmentMemory.SegmentLength, segment.Buffer.Span[..padded]);
        }
        finally
        {
            memory.Return(segment.Buffer);
        }
    }

    private int LengthOf(long number) =>
        (int)Math.Min(SegmentMemory.SegmentLength, file.Length - (number * SegmentMemory.SegmentLength));

    private long ZeroBytes(long number)
    {
        if (file.Zeros is null)
        {
            return 0;
        }

        _zeroBytes ??= CountZeros();
        return _zeroBytes.GetValueOrDefault(number);
    }

    private Dictionary<long, long> CountZeros()
    {
        var counts = new Dictionary<long, long>();
        for (var i = 0; i < file.Zeros!.Length; i++)
        {
            if (!file.Zeros[i])
            {
                continue;
            }

            // Only segments that hold something else too are ever asked for: the first and the last of a run of zeros.
            var (from, to) = (file.Offsets[i], file.Offsets[i + 1]);
            for (var at = from; at < to;)
            {
                var number = at / SegmentMemory.SegmentLength;
                var end = Math.Min(to, (number + 1) * SegmentMemory.SegmentLength);
                counts[number] = counts.GetValueOrDefault(number) + (end - at);
                at = end;
            }
        }

        return counts;
    }

    private sealed class Segment(AlignedBuffer buffer, long missing)
    {
        public AlignedBuffer Buffer { get; } = buffer;

        public long Missing { get; set; } = missing;
    }
}

/// <summary>What an assembler writes through. Each call stands alone: nothing stays open between them.</summary>
internal interface ISegmentWriter
{
    void Create(FileWork file, byte[] temporaryName);

    /// <summary>Writes whole pages at a whole page.</summary>
    void WriteSegment(FileWork file, byte[] temporaryName, long offset, ReadOnlySpan<byte> pages);

    void WritePiece(FileWork file, byte[] temporaryName, long offset, ReadOnlySpan<byte> content);
}

/// <summary>The memory all segments under way share.</summary>
internal sealed class SegmentMemory
{
    public const int SegmentLength = 2 << 20;

    private const int Segments = 12;

    private readonly AlignedBufferPool _pool = new(SegmentLength, Segments);
    private int _free = Segments;

    public AlignedBuffer? TryRent()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
        {
            return _pool.Rent();
        }

        Interlocked.Increment(ref _free);
        return null;
    }

    public void Return(AlignedBuffer buffer)
    {
        buffer.Dispose();
        Interlocked.Increment(ref _free);
    }
}
