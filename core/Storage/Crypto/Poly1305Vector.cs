using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// Poly1305's middle in four lanes of AVX2: lane k sums every fourth block under r^4, and the end multiplies each lane with
/// the power of r it still lacks. Limbs of 26 bits, because the processor multiplies 32 x 32 bits.
/// </summary>
internal static class Poly1305Vector
{
    public const int Limbs = 5;
    public const int PowerCount = 4;
    public const int GroupSize = 64;
    private const ulong Mask26 = (1UL << 26) - 1;

    /// <summary>Splits a normalised number of 44, 44 and 42 bits into five limbs of 26.</summary>
    public static void ToLimbs26(ulong h0, ulong h1, ulong h2, Span<uint> limbs)
    {
        limbs[0] = (uint)(h0 & Mask26);
        limbs[1] = (uint)(((h0 >> 26) | (h1 << 18)) & Mask26);
        limbs[2] = (uint)((h1 >> 8) & Mask26);
        limbs[3] = (uint)(((h1 >> 34) | (h2 << 10)) & Mask26);
        limbs[4] = (uint)(h2 >> 16);
    }

    /// <summary>Absorbs whole groups from a zero state; the result is in limbs of 44, 44 and 42 bits (the first two may be a bit over).</summary>
    /// <param name="powers">r, r^2, r^3, r^4 in limbs of 26 bits.</param>
    // Compiled in full at its first call: a short command would be over before the tiers had found it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Absorb(ReadOnlySpan<uint> powers, ReadOnlySpan<byte> message, out ulong h0, out ulong h1, out ulong h2)
    {
        var step = new Multiplier(powers, 3, 3, 3, 3);
        ref byte data = ref MemoryMarshal.GetReference(message);
        Lanes lanes = Load(ref data);
        for (nint at = GroupSize; at < message.Length; at += GroupSize)
        {
            lanes = step.Multiply(lanes).Plus(Load(ref Unsafe.Add(ref data, at)));
        }

        // The unpacking in Load puts blocks 0, 2, 1, 3 into lanes 0..3.
        lanes = new Multiplier(powers, 3, 1, 2, 0).Multiply(lanes);
        Combine(lanes, out h0, out h1, out h2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Load(ref byte data)
    {
        Vector256<ulong> first = Vector256.LoadUnsafe(ref data).AsUInt64();
        Vector256<ulong> second = Vector256.LoadUnsafe(ref data, 32).AsUInt64();
        Vector256<ulong> low = Avx2.UnpackLow(first, second);
        Vector256<ulong> high = Avx2.UnpackHigh(first, second);
        Vector256<ulong> mask = Vector256.Create(Mask26);
        return new Lanes
        {
            L0 = low & mask,
            L1 = (low >>> 26) & mask,
            L2 = ((low >>> 52) | (high << 12)) & mask,
            L3 = (high >>> 14) & mask,
            L4 = (high >>> 40) | Vector256.Create(1UL << 24),
        };
    }

    private static void Combine(in Lanes lanes, out ulong h0, out ulong h1, out ulong h2)
    {
        ulong l0 = Vector256.Sum(lanes.L0), l1 = Vector256.Sum(lanes.L1), l2 = Vector256.Sum(lanes.L2);
        ulong l3 = Vector256.Sum(lanes.L3), l4 = Vector256.Sum(lanes.L4);
        l1 += l0 >> 26;
        l2 += l1 >> 26;
        l3 += l2 >> 26;
        l4 += l3 >> 26;
        l0 = (l0 & Mask26) + ((l4 >> 26) * 5);
        l1 = (l1 & Mask26) + (l0 >> 26);
        l2 = (l2 & Mask26) + (l1 >> 26);
        l0 &= Mask26;
        l1 &= Mask26;
        l3 = (l3 & Mask26) + (l2 >> 26);
        l2 &= Mask26;
        l4 = (l4 & Mask26) + (l3 >> 26);
        l3 &= Mask26;
        h0 = l0 | ((l1 & 0x3FFFF) << 26);
        h1 = (l1 >> 18) | (l2 << 8) | ((l3 & 0x3FF) << 34);
        h2 = (l3 >> 10) + (l4 << 16);
    }

    private readonly struct Lanes
    {
        public Vector256<ulong> L0 { get; init; }

        public Vector256<ulong> L1 { get; init; }

        public Vector256<ulong> L2 { get; init; }

        public Vector256<ulong> L3 { get; init; }

        public Vector256<ulong> L4 { get; init; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes Plus(in Lanes other) => new()
        {
            L0 = L0 + other.L0,
            L1 = L1 + other.L1,
            L2 = L2 + other.L2,
            L3 = L3 + other.L3,
            L4 = L4 + other.L4,
        };
    }

    /// <summary>Each lane's factor, and five times it for the limbs that wrap round 2^130.</summary>
    private readonly struct Multiplier
    {
        private readonly Vector256<uint> _r0;
        private readonly Vector256<uint> _r1;
        private readonly Vector256<uint> _r2;
        private readonly Vector256<uint> _r3;
        private readonly Vector256<uint> _r4;
        private readonly Vector256<uint> _s1;
        private readonly Vector256<uint> _s2;
        private readonly Vector256<uint> _s3;
        private readonly Vector256<uint> _s4;

        public Multiplier(ReadOnlySpan<uint> powers, int a, int b, int c, int d)
        {
            _r0 = Gather(powers, 0, a, b, c, d);
            _r1 = Gather(powers, 1, a, b, c, d);
            _r2 = Gather(powers, 2, a, b, c, d);
            _r3 = Gather(powers, 3, a, b, c, d);
            _r4 = Gather(powers, 4, a, b, c, d);
            _s1 = _r1 * 5u;
            _s2 = _r2 * 5u;
            _s3 = _r3 * 5u;
            _s4 = _r4 * 5u;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Lanes Multiply(in Lanes lanes)
        {
            Vector256<uint> h0 = lanes.L0.AsUInt32(), h1 = lanes.L1.AsUInt32(), h2 = lanes.L2.AsUInt32();
            Vector256<uint> h3 = lanes.L3.AsUInt32(), h4 = lanes.L4.AsUInt32();
            Vector256<ulong> d0 = Avx2.Multiply(h0, _r0) + Avx2.Multiply(h1, _s4) + Avx2.Multiply(h2, _s3)
                + Avx2.Multiply(h3, _s2) + Avx2.Multiply(h4, _s1);
            Vector256<ulong> d1 = Avx2.Multiply(h0, _r1) + Avx2.Multiply(h1, _r0) + Avx2.Multiply(h2, _s4)
                + Avx2.Multiply(h3, _s3) + Avx2.Multiply(h4, _s2);
            Vector256<ulong> d2 = Avx2.Multiply(h0, _r2) + Avx2.Multiply(h1, _r1) + Avx2.Multiply(h2, _r0)
                + Avx2.Multiply(h3, _s4) + Avx2.Multiply(h4, _s3);
            Vector256<ulong> d3 = Avx2.Multiply(h0, _r3) + Avx2.Multiply(h1, _r2) + Avx2.Multiply(h2, _r1)
                + Avx2.Multiply(h3, _r0) + Avx2.Multiply(h4, _s4);
            Vector256<ulong> d4 = Avx2.Multiply(h0, _r4) + Avx2.Multiply(h1, _r3) + Avx2.Multiply(h2, _r2)
                + Avx2.Multiply(h3, _r1) + Avx2.Multiply(h4, _r0);
            return Carry(d0, d1, d2, d3, d4);
        }

        /// <summary>Two chains side by side (0 to 1 to 2 to 3, 3 to 4 to 0): limbs end below 2^27, which the next round bears.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Lanes Carry(
            Vector256<ulong> d0, Vector256<ulong> d1, Vector256<ulong> d2, Vector256<ulong> d3, Vector256<ulong> d4)
        {
            Vector256<ulong> mask = Vector256.Create(Mask26);
            d1 += d0 >>> 26;
            d4 += d3 >>> 26;
            d0 &= mask;
            d3 &= mask;
            d2 += d1 >>> 26;
            Vector256<ulong> wrap = d4 >>> 26;
            d1 &= mask;
            d4 &= mask;
            d0 += wrap + (wrap << 2);
            d3 += d2 >>> 26;
            d2 &= mask;
            d1 += d0 >>> 26;
            d4 += d3 >>> 26;
            d0 &= mask;
            d3 &= mask;
            return new Lanes { L0 = d0, L1 = d1, L2 = d2, L3 = d3, L4 = d4 };
        }

        /// <summary>The product reads the low half of each 64-bit lane; the high halves stay zero.</summary>
        private static Vector256<uint> Gather(ReadOnlySpan<uint> powers, int limb, int a, int b, int c, int d) =>
            Vector256.Create(
                (ulong)powers[(a * Limbs) + limb], powers[(b * Limbs) + limb], powers[(c * Limbs) + limb], powers[(d * Limbs) + limb])
            .AsUInt32();
    }
}
