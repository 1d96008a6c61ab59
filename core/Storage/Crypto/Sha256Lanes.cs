using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// SHA-256 (FIPS 180-4) of many pieces side by side, one in each 32-bit lane of AVX-512's registers. A processor's own SHA instructions work on
/// one piece, each waiting for the one before; sixteen pieces at once take half the time. Elsewhere the pieces are hashed one after the other.
/// </summary>
internal static unsafe class Sha256Lanes
{
    private const int Lanes = 16;
    private const int Block = 64;

    // Fewer pieces leave more lanes empty than is won.
    private const int FewestPieces = 10;

    private static readonly uint[] Begin = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public static bool IsSupported => Avx512F.IsSupported && Avx512BW.IsSupported;

    /// <summary>Hashes pieces that lie one behind the other.</summary>
    /// <param name="content">All of them.</param>
    /// <param name="lengths">The length of each; together that of <paramref name="content"/>.</param>
    /// <param name="ids">Takes the hash of each.</param>
    public static void Hash(ReadOnlySpan<byte> content, ReadOnlySpan<int> lengths, Span<ObjectId> ids)
    {
        if (IsSupported && lengths.Length >= FewestPieces)
        {
            HashSideBySide(content, lengths, ids);
            return;
        }

        for (var i = 0; i < lengths.Length; i++)
        {
            ids[i] = ObjectId.Hash(content[..lengths[i]]);
            content = content[lengths[i]..];
        }
    }

    private static void HashSideBySide(ReadOnlySpan<byte> content, ReadOnlySpan<int> lengths, Span<ObjectId> ids)
    {
        // The longest first, so that no long one is left for the end; one too long for that goes by itself.
        var order = new int[lengths.Length];
        var starts = new int[lengths.Length];
        for (int i = 0, at = 0; i < lengths.Length; i++)
        {
            (order[i], starts[i]) = (i, at);
            at += lengths[i];
        }

        var sizes = lengths.ToArray();
        order.AsSpan().Sort((one, other) => sizes[other].CompareTo(sizes[one]));
        long left = content.Length;
        var first = 0;
        for (; first < order.Length && sizes[order[first]] * (long)(Lanes - 2) > left; first++)
        {
            var piece = order[first];
            ids[piece] = ObjectId.Hash(content.Slice(starts[piece], sizes[piece]));
            left -= sizes[piece];
        }

        fixed (byte* from = content)
        {
            Run(from, starts, sizes, order.AsSpan(first), ids);
        }
    }

    private static void Run(byte* content, int[] starts, int[] sizes, ReadOnlySpan<int> order, Span<ObjectId> ids)
    {
        var state = stackalloc Vector512<uint>[8];
        var tails = stackalloc byte[Lanes * 2 * Block];
        var at = stackalloc byte*[Lanes];
        var step = stackalloc nint[Lanes];
        var blocks = stackalloc int[Lanes];
        var piece = stackalloc int[Lanes];
        var isTail = stackalloc bool[Lanes];
        var next = 0;
        var busy = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            piece[lane] = -1;
            at[lane] = tails + (lane * 2 * Block);
            busy += Take(lane, order) ? 1 : 0;
        }

        while (busy > 0)
        {
            var together = int.MaxValue;
            for (var lane = 0; lane < Lanes; lane++)
            {
                together = piece[lane] >= 0 ? Math.Min(together, blocks[lane]) : together;
            }

            Compress(state, at, step, together);
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (piece[lane] < 0 || (blocks[lane] -= together) > 0)
                {
                    continue;
                }

                if (!isTail[lane])
                {
                    BeginTail(lane);
                    continue;
                }

                ids[piece[lane]] = Read(lane);
                busy -= Take(lane, order) ? 0 : 1;
            }
        }

        bool Take(int lane, ReadOnlySpan<int> pieces)
        {
            if (next == pieces.Length)
            {
                piece[lane] = -1;
                step[lane] = 0;
                return false;
            }

            piece[lane] = pieces[next++];
            at[lane] = content + starts[piece[lane]];
            step[lane] = Block;
            blocks[lane] = sizes[piece[lane]] / Block;
            isTail[lane] = false;
            for (var word = 0; word < 8; word++)
            {
                ((uint*)(state + word))[lane] = Begin[word];
            }

            if (blocks[lane] == 0)
            {
                BeginTail(lane);
            }

            return true;
        }

        // What is left of the piece, a bit, zeros, and how long it was: one block or two.
        void BeginTail(int lane)
        {
            var size = sizes[piece[lane]];
            var rest = size % Block;
            var tail = new Span<byte>(tails + (lane * 2 * Block), 2 * Block);
            tail.Clear();
            new ReadOnlySpan<byte>(content + starts[piece[lane]] + size - rest, rest).CopyTo(tail);
            tail[rest] = 0x80;
            blocks[lane] = rest < Block - 8 ? 1 : 2;
            BinaryPrimitives.WriteUInt64BigEndian(tail[((blocks[lane] * Block) - 8)..], (ulong)size * 8);
            at[lane] = tails + (lane * 2 * Block);
            isTail[lane] = true;
        }

        ObjectId Read(int lane)
        {
            Span<byte> hash = stackalloc byte[ObjectId.Size];
            for (var word = 0; word < 8; word++)
            {
                BinaryPrimitives.WriteUInt32BigEndian(hash[(word * 4)..], ((uint*)(state + word))[lane]);
            }

            return ObjectId.FromBytes(hash);
        }
    }

    /// <summary>So many blocks of each lane.</summary>
    private static void Compress(Vector512<uint>* state, byte** at, nint* step, int blocks)
    {
        var w = stackalloc Vector512<uint>[Lanes];
        fixed (uint* constants = Constants)
        {
            var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
            var (e, f, g, h) = (state[4], state[5], state[6], state[7]);
            for (; blocks > 0; blocks--)
            {
                Load(at, step, w);
                var (a0, b0, c0, d0, e0, f0, g0, h0) = (a, b, c, d, e, f, g, h);
                for (var t = 0; t < 64; t += 8)
                {
                    if (t >= 16)
                    {
                        Extend(w, t & 8);
                    }

                    var now = w + (t & 8);
                    var k = constants + t;
                    Round(a, b, c, ref d, e, f, g, ref h, now[0], k[0]);
                    Round(h, a, b, ref c, d, e, f, ref g, now[1], k[1]);
                    Round(g, h, a, ref b, c, d, e, ref f, now[2], k[2]);
                    Round(f, g, h, ref a, b, c, d, ref e, now[3], k[3]);
                    Round(e, f, g, ref h, a, b, c, ref d, now[4], k[4]);
                    Round(d, e, f, ref g, h, a, b, ref c, now[5], k[5]);
                    Round(c, d, e, ref f, g, h, a, ref b, now[6], k[6]);
                    Round(b, c, d, ref e, f, g, h, ref a, now[7], k[7]);
                }

                (a, b, c, d) = (a + a0, b + b0, c + c0, d + d0);
                (e, f, g, h) = (e + e0, f + f0, g + g0, h + h0);
            }

            (state[0], state[1], state[2], state[3]) = (a, b, c, d);
            (state[4], state[5], state[6], state[7]) = (e, f, g, h);
        }
    }

    /// <summary>The next eight words of the schedule, in the place of those of sixteen rounds before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend(Vector512<uint>* w, int from)
    {
        for (var i = from; i < from + 8; i++)
        {
            var (early, late) = (w[(i + 1) & 15], w[(i + 14) & 15]);
            var small0 = Xor(Avx512F.RotateRight(early, 7), Avx512F.RotateRight(early, 18), Avx512F.ShiftRightLogical(early, 3));
            var small1 = Xor(Avx512F.RotateRight(late, 17), Avx512F.RotateRight(late, 19), Avx512F.ShiftRightLogical(late, 10));
            w[i] += small0 + w[(i + 9) & 15] + small1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector512<uint> a, Vector512<uint> b, Vector512<uint> c, ref Vector512<uint> d,
        Vector512<uint> e, Vector512<uint> f, Vector512<uint> g, ref Vector512<uint> h, Vector512<uint> word, uint constant)
    {
        var big1 = Xor(Avx512F.RotateRight(e, 6), Avx512F.RotateRight(e, 11), Avx512F.RotateRight(e, 25));
        var big0 = Xor(Avx512F.RotateRight(a, 2), Avx512F.RotateRight(a, 13), Avx512F.RotateRight(a, 22));
        var choice = Avx512F.TernaryLogic(e, f, g, 0xca);
        var majority = Avx512F.TernaryLogic(a, b, c, 0xe8);
        var first = h + big1 + choice + (word + Vector512.Create(constant));
        d += first;
        h = first + big0 + majority;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Xor(Vector512<uint> one, Vector512<uint> two, Vector512<uint> three) => Avx512F.TernaryLogic(one, two, three, 0x96);

    /// <summary>A block of every lane, as sixteen registers of a word each: a square of words turned on its side.</summary>
    private static void Load(byte** at, nint* step, Vector512<uint>* w)
    {
        var swap = Vector512.Create(Vector128.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
        var quarters = stackalloc Vector512<uint>[Lanes];
        for (var row = 0; row < Lanes; row += 4)
        {
            var r0 = Take(row);
            var r1 = Take(row + 1);
            var r2 = Take(row + 2);
            var r3 = Take(row + 3);
            var low01 = Avx512F.UnpackLow(r0, r1).AsUInt64();
            var high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
            var low23 = Avx512F.UnpackLow(r2, r3).AsUInt64();
            var high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
            quarters[row] = Avx512F.UnpackLow(low01, low23).AsUInt32();
            quarters[row + 1] = Avx512F.UnpackHigh(low01, low23).AsUInt32();
            quarters[row + 2] = Avx512F.UnpackLow(high01, high23).AsUInt32();
            quarters[row + 3] = Avx512F.UnpackHigh(high01, high23).AsUInt32();
        }

        for (var k = 0; k < 4; k++)
        {
            var upperLow = Avx512F.Shuffle4x128(quarters[k], quarters[4 + k], 0x44);
            var upperHigh = Avx512F.Shuffle4x128(quarters[k], quarters[4 + k], 0xee);
            var lowerLow = Avx512F.Shuffle4x128(quarters[8 + k], quarters[12 + k], 0x44);
            var lowerHigh = Avx512F.Shuffle4x128(quarters[8 + k], quarters[12 + k], 0xee);
            w[k] = Avx512F.Shuffle4x128(upperLow, lowerLow, 0x88);
            w[4 + k] = Avx512F.Shuffle4x128(upperLow, lowerLow, 0xdd);
            w[8 + k] = Avx512F.Shuffle4x128(upperHigh, lowerHigh, 0x88);
            w[12 + k] = Avx512F.Shuffle4x128(upperHigh, lowerHigh, 0xdd);
        }

        Vector512<uint> Take(int row)
        {
            var block = Vector512.Load(at[row]);
            at[row] += step[row];
            return Avx512BW.Shuffle(block, swap).AsUInt32();
        }
    }
}
