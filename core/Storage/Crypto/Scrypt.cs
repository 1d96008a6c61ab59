using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// scrypt (RFC 7914) with Salsa20/8 in vectors of four words. The words of a 64-byte block are kept by diagonals all the way
/// through ROMix, so that no round has to shuffle them into place; they are put back once at the end.
/// </summary>
internal static unsafe class Scrypt
{
    private const int WordsPerBlock = 16;

    /// <summary>Where word i of a block stands while it is kept by diagonals.</summary>
    private static ReadOnlySpan<byte> Diagonal => [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

    public static void Derive(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, KdfParameters parameters, Span<byte> output)
    {
        int laneSize = 128 * parameters.R;
        byte[] lanes = new byte[laneSize * parameters.P];
        nuint tableSize = (nuint)laneSize * (nuint)parameters.N;
        byte* memory = HugeMemory.Allocate(tableSize + ((nuint)laneSize * 2));
        try
        {
            Rfc2898DeriveBytes.Pbkdf2(password, salt, lanes, 1, HashAlgorithmName.SHA256);
            for (int i = 0; i < parameters.P; i++)
                Mix(MemoryMarshal.Cast<byte, uint>(lanes.AsSpan(i * laneSize, laneSize)), parameters, memory, memory + tableSize);
            Rfc2898DeriveBytes.Pbkdf2(password, lanes, output, 1, HashAlgorithmName.SHA256);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(lanes);
            NativeMemory.Clear(memory + tableSize, (nuint)laneSize * 2);
            HugeMemory.Free(memory);
        }
    }

    private static void Mix(Span<uint> lane, KdfParameters parameters, byte* table, byte* scratch)
    {
        int size = lane.Length * sizeof(uint);
        var x = (uint*)scratch;
        var y = (uint*)(scratch + size);
        for (int i = 0; i < lane.Length; i++)
            x[i] = lane[(i & ~15) + Diagonal[i & 15]];

        // Two at a time: x to y and back, so that nothing is copied to its place.
        for (int i = 0; i < parameters.N; i += 2)
        {
            Unsafe.CopyBlock(table + ((nuint)i * (nuint)size), x, (uint)size);
            BlockMix(x, null, y, parameters.R);
            Unsafe.CopyBlock(table + ((nuint)(i + 1) * (nuint)size), y, (uint)size);
            BlockMix(y, null, x, parameters.R);
        }

        uint mask = (uint)parameters.N - 1;
        uint* last = x + (((2 * parameters.R) - 1) * WordsPerBlock);
        uint* lastY = y + (((2 * parameters.R) - 1) * WordsPerBlock);
        for (int i = 0; i < parameters.N; i += 2)
        {
            BlockMix(x, (uint*)(table + ((nuint)(last[0] & mask) * (nuint)size)), y, parameters.R);
            BlockMix(y, (uint*)(table + ((nuint)(lastY[0] & mask) * (nuint)size)), x, parameters.R);
        }

        for (int i = 0; i < lane.Length; i++)
            lane[(i & ~15) + Diagonal[i & 15]] = x[i];
    }

    /// <summary>scryptBlockMix of <paramref name="from"/>, mixed with <paramref name="with"/> on the way when it is not null.</summary>
    // Compiled in full at its first call: a short command would be over before the tiers had found it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BlockMix(uint* from, uint* with, uint* to, int r)
    {
        Prefetch(with, r);
        uint* last = from + (((2 * r) - 1) * WordsPerBlock);
        Vector128<uint> a = Vector128.Load(last), b = Vector128.Load(last + 4), c = Vector128.Load(last + 8), d = Vector128.Load(last + 12);
        if (with != null)
        {
            uint* w = with + (((2 * r) - 1) * WordsPerBlock);
            a ^= Vector128.Load(w);
            b ^= Vector128.Load(w + 4);
            c ^= Vector128.Load(w + 8);
            d ^= Vector128.Load(w + 12);
        }

        for (int i = 0; i < 2 * r; i++)
        {
            uint* f = from + (i * WordsPerBlock);
            a ^= Vector128.Load(f);
            b ^= Vector128.Load(f + 4);
            c ^= Vector128.Load(f + 8);
            d ^= Vector128.Load(f + 12);
            if (with != null)
            {
                uint* w = with + (i * WordsPerBlock);
                a ^= Vector128.Load(w);
                b ^= Vector128.Load(w + 4);
                c ^= Vector128.Load(w + 8);
                d ^= Vector128.Load(w + 12);
            }

            Salsa(ref a, ref b, ref c, ref d);
            // Even blocks go to the first half, odd ones to the second.
            uint* t = to + (((i >> 1) + ((i & 1) * r)) * WordsPerBlock);
            a.Store(t);
            b.Store(t + 4);
            c.Store(t + 8);
            d.Store(t + 12);
        }
    }

    /// <summary>The table's line is known only now, and is far away: fetch all of it while the first blocks are mixed.</summary>
    private static void Prefetch(uint* line, int r)
    {
        if (!Sse.IsSupported || line == null)
            return;
        for (int i = 0; i < 2 * r; i++)
            Sse.Prefetch0(line + (i * WordsPerBlock));
    }

    /// <summary>Salsa20/8 on the diagonals: a = words 0,5,10,15; b = 4,9,14,3; c = 8,13,2,7; d = 12,1,6,11.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Salsa(ref Vector128<uint> a, ref Vector128<uint> b, ref Vector128<uint> c, ref Vector128<uint> d)
    {
        Vector128<uint> x0 = a, x1 = b, x2 = c, x3 = d;
        for (int i = 0; i < 4; i++)
        {
            x1 ^= Rotate(x0 + x3, 7);
            x2 ^= Rotate(x1 + x0, 9);
            x3 ^= Rotate(x2 + x1, 13);
            x0 ^= Rotate(x3 + x2, 18);
            // Rows take the place of columns: the same steps with the lanes turned, 1 and 3 having changed sides.
            x1 = Vector128.Shuffle(x1, Vector128.Create(3u, 0, 1, 2));
            x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3, 0, 1));
            x3 = Vector128.Shuffle(x3, Vector128.Create(1u, 2, 3, 0));
            x3 ^= Rotate(x0 + x1, 7);
            x2 ^= Rotate(x3 + x0, 9);
            x1 ^= Rotate(x2 + x3, 13);
            x0 ^= Rotate(x1 + x2, 18);
            x1 = Vector128.Shuffle(x1, Vector128.Create(1u, 2, 3, 0));
            x2 = Vector128.Shuffle(x2, Vector128.Create(2u, 3, 0, 1));
            x3 = Vector128.Shuffle(x3, Vector128.Create(3u, 0, 1, 2));
        }

        a += x0;
        b += x1;
        c += x2;
        d += x3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Rotate(Vector128<uint> value, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateLeft(value, count) : (value << count) | (value >>> (32 - count));
}
