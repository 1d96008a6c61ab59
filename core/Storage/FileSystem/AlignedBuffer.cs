using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// Memory that begins on a page, as writing past the page cache wants it. One owner, who disposes it; not cleared when handed out.
/// </summary>
/// <remarks>
/// It is a pinned array: a <see cref="Memory"/> used after disposal is a mistake, but never freed memory.
/// </remarks>
public sealed class AlignedBuffer : IMemoryOwner<byte>
{
    /// <summary>Alignment of address, offset and length that every usual device accepts.</summary>
    public const int Alignment = 4096;

    private readonly AlignedBufferPool? _pool;
    private readonly Memory<byte> _memory;
    private int _disposed;

    /// <summary>Takes memory of at least this length in bytes, rounded up to whole pages.</summary>
    public AlignedBuffer(int length)
        : this(length, pool: null)
    {
    }

    internal AlignedBuffer(int length, AlignedBufferPool? pool)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = RoundUp(length);
        _pool = pool;
        var array = GC.AllocateUninitializedArray<byte>(checked(Length + Alignment), pinned: true);
        var address = AddressOf(array);
        var start = (int)(RoundUp(address) - address);
        _memory = MemoryMarshal.CreateFromPinnedArray(array, start, Length);
    }

    /// <summary>In bytes, whole pages.</summary>
    public int Length { get; }

    public Memory<byte> Memory => _disposed == 0 ? _memory : throw new ObjectDisposedException(nameof(AlignedBuffer));

    public Span<byte> Span => Memory.Span;

    /// <summary>Whether content begins on a page and so may be written past the page cache.</summary>
    public static bool IsAligned(ReadOnlySpan<byte> content) => (AddressOf(content) & (Alignment - 1)) == 0;

    /// <summary>The next whole page.</summary>
    public static int RoundUp(int length) => checked(length + Alignment - 1) & ~(Alignment - 1);

    /// <inheritdoc cref="RoundUp(int)"/>
    public static long RoundUp(long length) => checked(length + Alignment - 1) & ~(long)(Alignment - 1);

    /// <summary>Gives the memory back to its pool.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            _pool?.Return(this);
    }

    internal AlignedBuffer HandOut()
    {
        _disposed = 0;
        return this;
    }

    private static unsafe long AddressOf(ReadOnlySpan<byte> content) => (long)Unsafe.AsPointer(ref MemoryMarshal.GetReference(content));
}

/// <summary>Keeps up to a number of equal buffers for use again. Safe for several threads.</summary>
public sealed class AlignedBufferPool(int bufferLength, int kept)
{
    private readonly ConcurrentBag<AlignedBuffer> _free = [];
    private int _count;

    public int BufferLength { get; } = AlignedBuffer.RoundUp(bufferLength);

    public AlignedBuffer Rent()
    {
        if (!_free.TryTake(out var buffer))
            return new(BufferLength, this);
        Interlocked.Decrement(ref _count);
        return buffer.HandOut();
    }

    internal void Return(AlignedBuffer buffer)
    {
        if (Interlocked.Increment(ref _count) <= kept)
            _free.Add(buffer);
        else
            Interlocked.Decrement(ref _count);
    }
}
