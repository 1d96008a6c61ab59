using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace SnapshotBot.Storage.Crypto;

/// <summary>
/// Poly1305 (RFC 8439, section 2.5) under one fixed r, as Poly1305-AES has it: the powers of r are worked out once for the life
/// of the key, each message brings its own pad s. Safe for many threads; zeroed on dispose.
/// </summary>
/// <remarks>
/// Scalar: limbs of 44, 44 and 42 bits. Where the processor has AVX2 and the message is long enough to pay,
/// <see cref="Poly1305Vector"/> eats whole groups of four blocks first.
/// </remarks>
internal sealed class Poly1305Key : IDisposable
{
    public const int BlockSize = 16;
    private const ulong Mask44 = (1UL << 44) - 1;
    private const ulong Mask42 = (1UL << 42) - 1;

    /// <summary>Below this the vector's start and end cost more than its middle saves.</summary>
    private const int VectorThreshold = 4 * Poly1305Vector.GroupSize;

    private readonly ulong[] _r;
    private readonly uint[] _powers;
    private readonly Poly1305Implementation _implementation;

    public Poly1305Key(ReadOnlySpan<byte> r)
        : this(r, Avx2.IsSupported ? Poly1305Implementation.Vector : Poly1305Implementation.Scalar)
    {
    }

    internal Poly1305Key(ReadOnlySpan<byte> r, Poly1305Implementation implementation)
    {
        _implementation = implementation;
        _r = GC.AllocateArray<ulong>(3, pinned: true);
        _powers = GC.AllocateArray<uint>(Poly1305Vector.PowerCount * Poly1305Vector.Limbs, pinned: true);
        // The clamp of the specification; restic stores r clamped already, others need not.
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(r) & 0x0FFFFFFC0FFFFFFF;
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(r[8..]) & 0x0FFFFFFC0FFFFFFC;
        _r[0] = low & Mask44;
        _r[1] = ((low >> 44) | (high << 20)) & Mask44;
        _r[2] = high >> 24;

        ulong p0 = _r[0], p1 = _r[1], p2 = _r[2];
        for (int i = 0; i < Poly1305Vector.PowerCount; i++)
        {
            Poly1305Vector.ToLimbs26(p0, p1, p2, _powers.AsSpan(i * Poly1305Vector.Limbs));
            Multiply(ref p0, ref p1, ref p2);
            Normalise(ref p0, ref p1, ref p2);
        }
    }

    /// <summary>Writes the 16-byte tag of <paramref name="message"/> under the 16-byte pad <paramref name="s"/>.</summary>
    public void ComputeTag(ReadOnlySpan<byte> message, ReadOnlySpan<byte> s, Span<byte> tag)
    {
        ulong h0 = 0, h1 = 0, h2 = 0;
        if (_implementation == Poly1305Implementation.Vector && message.Length >= VectorThreshold)
        {
            int groups = message.Length / Poly1305Vector.GroupSize * Poly1305Vector.GroupSize;
            Poly1305Vector.Absorb(_powers, message[..groups], out h0, out h1, out h2);
            message = message[groups..];
        }

        for (; message.Length >= BlockSize; message = message[BlockSize..])
            AbsorbBlock(ref h0, ref h1, ref h2, message, 1UL << 40);
        if (message.Length > 0)
        {
            Span<byte> last = stackalloc byte[BlockSize];
            last.Clear();
            message.CopyTo(last);
            last[message.Length] = 1;
            AbsorbBlock(ref h0, ref h1, ref h2, last, 0);
        }

        Finish(h0, h1, h2, s, tag);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_r.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_powers.AsSpan()));
    }

    private void AbsorbBlock(ref ulong h0, ref ulong h1, ref ulong h2, ReadOnlySpan<byte> block, ulong topBit)
    {
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(block);
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(block[8..]);
        h0 += low & Mask44;
        h1 += ((low >> 44) | (high << 20)) & Mask44;
        h2 += (high >> 24) | topBit;
        Multiply(ref h0, ref h1, ref h2);
    }

    /// <summary>h = h * r mod 2^130 - 5, not fully reduced. What passes 2^132 comes back times 20: 2^132 = 4 * 2^130 = 4 * 5.</summary>
    private void Multiply(ref ulong h0, ref ulong h1, ref ulong h2)
    {
        ulong r0 = _r[0], r1 = _r[1], r2 = _r[2];
        ulong s1 = r1 * 20, s2 = r2 * 20;
        UInt128 d0 = Wide(h0, r0) + Wide(h1, s2) + Wide(h2, s1);
        UInt128 d1 = Wide(h0, r1) + Wide(h1, r0) + Wide(h2, s2);
        UInt128 d2 = Wide(h0, r2) + Wide(h1, r1) + Wide(h2, r0);

        h0 = (ulong)d0 & Mask44;
        d1 += (ulong)(d0 >> 44);
        h1 = (ulong)d1 & Mask44;
        d2 += (ulong)(d1 >> 44);
        h2 = (ulong)d2 & Mask42;
        h0 += (ulong)(d2 >> 42) * 5;
        h1 += h0 >> 44;
        h0 &= Mask44;
    }

    private static UInt128 Wide(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a, b, out ulong low);
        return new UInt128(high, low);
    }

    /// <summary>Carries until every limb has its own width (the value itself may still be p or a little above).</summary>
    private static void Normalise(ref ulong h0, ref ulong h1, ref ulong h2)
    {
        for (int i = 0; i < 2; i++)
        {
            h1 += h0 >> 44;
            h0 &= Mask44;
            h2 += h1 >> 44;
            h1 &= Mask44;
            h0 += (h2 >> 42) * 5;
            h2 &= Mask42;
        }

        h1 += h0 >> 44;
        h0 &= Mask44;
    }

    private static void Finish(ulong h0, ulong h1, ulong h2, ReadOnlySpan<byte> s, Span<byte> tag)
    {
        Normalise(ref h0, ref h1, ref h2);
        // g = h - p = h + 5 - 2^130: taken when it is not negative, chosen by mask so that time tells nothing.
        ulong g0 = h0 + 5;
        ulong g1 = h1 + (g0 >> 44);
        ulong g2 = h2 + (g1 >> 44) - (1UL << 42);
        ulong keep = (ulong)((long)g2 >> 63);
        h0 = (h0 & keep) | (g0 & Mask44 & ~keep);
        h1 = (h1 & keep) | (g1 & Mask44 & ~keep);
        h2 = (h2 & keep) | (g2 & ~keep);

        var h = new UInt128((h1 >> 20) | (h2 << 24), h0 | (h1 << 44));
        h += BinaryPrimitives.ReadUInt128LittleEndian(s);
        BinaryPrimitives.WriteUInt128LittleEndian(tag, h);
    }
}

/// <summary>Which code runs Poly1305; chosen by what the processor has.</summary>
internal enum Poly1305Implementation
{
    Scalar,
    Vector,
}
