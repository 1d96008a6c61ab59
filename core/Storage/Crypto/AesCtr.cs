using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// AES in counter mode on the processor's AES unit (NIST SP 800-38A: the whole 16-byte IV is one big-endian counter).
/// Source and destination may be the same memory. Only where <see cref="AesKeySchedule.IsAccelerated"/>.
/// </summary>
internal static unsafe class AesCtr
{
    private const int Block = 16;
    private const int Stride = 8 * Block;

    // Compiled in full at its first call: a short command would be over before the tiers had found it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform(byte* roundKeys, int rounds, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var counter = new Counter(iv);
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            int done = 0;
            for (; done <= source.Length - Stride; done += Stride)
                TransformEight(roundKeys, rounds, ref counter, from + done, to + done);
            for (; done <= source.Length - Block; done += Block)
                (AesBlock.Encrypt(counter.Next(), roundKeys, rounds) ^ Vector128.Load(from + done)).Store(to + done);
            if (done < source.Length)
                TransformRest(roundKeys, rounds, ref counter, source[done..], destination[done..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformEight(byte* roundKeys, int rounds, ref Counter counter, byte* from, byte* to)
    {
        Vector128<byte> b0 = counter.Next(), b1 = counter.Next(), b2 = counter.Next(), b3 = counter.Next();
        Vector128<byte> b4 = counter.Next(), b5 = counter.Next(), b6 = counter.Next(), b7 = counter.Next();
        AesBlock.EncryptEight(ref b0, ref b1, ref b2, ref b3, ref b4, ref b5, ref b6, ref b7, roundKeys, rounds);
        (b0 ^ Vector128.Load(from)).Store(to);
        (b1 ^ Vector128.Load(from + 16)).Store(to + 16);
        (b2 ^ Vector128.Load(from + 32)).Store(to + 32);
        (b3 ^ Vector128.Load(from + 48)).Store(to + 48);
        (b4 ^ Vector128.Load(from + 64)).Store(to + 64);
        (b5 ^ Vector128.Load(from + 80)).Store(to + 80);
        (b6 ^ Vector128.Load(from + 96)).Store(to + 96);
        (b7 ^ Vector128.Load(from + 112)).Store(to + 112);
    }

    private static void TransformRest(byte* roundKeys, int rounds, ref Counter counter, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        Span<byte> mask = stackalloc byte[Block];
        AesBlock.Encrypt(counter.Next(), roundKeys, rounds).CopyTo(mask);
        for (int i = 0; i < source.Length; i++)
            destination[i] = (byte)(source[i] ^ mask[i]);
        mask.Clear();
    }

    /// <summary>The 128-bit counter, kept in the processor's own byte order.</summary>
    private struct Counter
    {
        private ulong _high;
        private ulong _low;

        public Counter(ReadOnlySpan<byte> iv)
        {
            _high = BinaryPrimitives.ReadUInt64BigEndian(iv);
            _low = BinaryPrimitives.ReadUInt64BigEndian(iv[8..]);
        }

        /// <summary>The current value as a block, then one more.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Next()
        {
            Vector128<byte> block = Vector128.Create(
                BinaryPrimitives.ReverseEndianness(_high), BinaryPrimitives.ReverseEndianness(_low)).AsByte();
            if (++_low == 0)
                _high++;
            return block;
        }
    }
}
