using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.Chunking;

/// <summary>
/// Content-defined cuts by a Gear hash with normalised chunking (Xia et al., FastCDC, 2016): the minimum is skipped unread,
/// up to the average a cut has to be rarer, beyond it commoner, so that lengths gather round the average.
/// </summary>
internal sealed class GearChunker : IChunker
{
    /// <summary>Bits of the mask more and less than the average's own.</summary>
    private const int Normalisation = 2;

    private readonly ulong[] _gear;
    private readonly ChunkSizes _sizes;
    private readonly ulong _rareMask;
    private readonly ulong _commonMask;

    public GearChunker(ulong[] gear, ChunkSizes sizes)
    {
        _gear = gear;
        _sizes = sizes;
        int bits = BitOperations.Log2((uint)sizes.Average);
        // The hash's top bits have seen the most bytes: bit 63 depends on the last 64 of them.
        _rareMask = ulong.MaxValue << (64 - bits - Normalisation);
        _commonMask = ulong.MaxValue << (64 - bits + Normalisation);
    }

    public int MaximumSize => _sizes.Maximum;

    public int FindCut(ReadOnlySpan<byte> window, long offset)
    {
        if (window.Length <= _sizes.Minimum)
            return window.Length;
        int end = Math.Min(window.Length, _sizes.Maximum);
        int middle = Math.Min(end, _sizes.Average);
        ulong hash = 0;
        int cut = Scan(window, _sizes.Minimum, middle, _rareMask, ref hash);
        if (cut == 0)
            cut = Scan(window, middle, end, _commonMask, ref hash);
        return cut == 0 ? end : cut;
    }

    // Compiled in full at its first call: a short command would be over before the tiers had found it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Scan(ReadOnlySpan<byte> window, int from, int to, ulong mask, ref ulong hash)
    {
        ref ulong gear = ref MemoryMarshal.GetArrayDataReference(_gear);
        ref byte data = ref MemoryMarshal.GetReference(window);
        ulong h = hash;
        int i = from;
        for (; i <= to - 4; i += 4)
        {
            h = (h << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref data, i));
            if ((h & mask) == 0)
                return i + 1;
            h = (h << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref data, i + 1));
            if ((h & mask) == 0)
                return i + 2;
            h = (h << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref data, i + 2));
            if ((h & mask) == 0)
                return i + 3;
            h = (h << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref data, i + 3));
            if ((h & mask) == 0)
                return i + 4;
        }

        for (; i < to; i++)
        {
            h = (h << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref data, i));
            if ((h & mask) == 0)
                return i + 1;
        }

        hash = h;
        return 0;
    }
}
