using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Parameters;
using Shouldly;
using SnapshotBot.Storage.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Crypto;

public sealed class Poly1305KeyTests
{
    public static TheoryData<string, string, string> Rfc8439 => new()
    {
        // Section 2.5.2
        {
            "85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b",
            "43727970746f6772617068696320466f72756d205265736561726368 2047726f7570",
            "a8061dc1305136c6c22b8baf0c0127a9"
        },
        // Appendix A.3, vectors 1, 2, 3 and those that sit on the edges of the arithmetic, 7 to 11
        { new string('0', 64), new string('0', 128), new string('0', 32) },
        {
            "0000000000000000000000000000000036e5f6b5c5e06070f0efca96227a863e",
            Ietf,
            "36e5f6b5c5e06070f0efca96227a863e"
        },
        {
            "36e5f6b5c5e06070f0efca96227a863e00000000000000000000000000000000",
            Ietf,
            "f3477e7cd95417af89a6b8794c310cf0"
        },
        {
            "0200000000000000000000000000000000000000000000000000000000000000",
            "ffffffffffffffffffffffffffffffff",
            "03000000000000000000000000000000"
        },
        {
            "02000000000000000000000000000000ffffffffffffffffffffffffffffffff",
            "02000000000000000000000000000000",
            "03000000000000000000000000000000"
        },
        {
            "0100000000000000000000000000000000000000000000000000000000000000",
            "fffffffffffffffffffffffffffffffff0ffffffffffffffffffffffffffffff11000000000000000000000000000000",
            "05000000000000000000000000000000"
        },
        {
            "0100000000000000000000000000000000000000000000000000000000000000",
            "fffffffffffffffffffffffffffffffffbfefefefefefefefefefefefefefefe01010101010101010101010101010101",
            "00000000000000000000000000000000"
        },
        {
            "0200000000000000000000000000000000000000000000000000000000000000",
            "fdffffffffffffffffffffffffffffff",
            "faffffffffffffffffffffffffffffff"
        },
        {
            "0100000000000000040000000000000000000000000000000000000000000000",
            "e33594d7505e43b900000000000000003394d7505e4379cd01000000000000000000000000000000000000000000000001000000000000000000000000000000",
            "14000000000000005500000000000000"
        },
        {
            "0100000000000000040000000000000000000000000000000000000000000000",
            "e33594d7505e43b900000000000000003394d7505e4379cd010000000000000000000000000000000000000000000000",
            "13000000000000000000000000000000"
        },
    };

    private const string Ietf =
        "416e79207375626d697373696f6e20746f20746865204945544620696e74656e6465642062792074686520436f6e7472696275746f7220666f72207075626c69"
        + "636174696f6e20617320616c6c206f722070617274206f6620616e204945544620496e7465726e65742d4472616674206f722052464320616e6420616e792073"
        + "746174656d656e74206d6164652077697468696e2074686520636f6e74657874206f6620616e204945544620616374697669747920697320636f6e7369646572"
        + "656420616e20224945544620436f6e747269627574696f6e222e20537563682073746174656d656e747320696e636c756465206f72616c2073746174656d656e"
        + "747320696e20494554462073657373696f6e732c2061732077656c6c206173207772697474656e20616e6420656c656374726f6e696320636f6d6d756e696361"
        + "74696f6e73206d61646520617420616e792074696d65206f7220706c6163652c207768696368206172652061646472657373656420746f";

    [Theory]
    [MemberData(nameof(Rfc8439))]
    public void ComputeTag_VectorsOfRfc8439_AreMet(string key, string message, string tag)
    {
        byte[] bytes = Vectors.Hex(key);
        foreach (Poly1305Implementation implementation in Enum.GetValues<Poly1305Implementation>())
            Tag(implementation, bytes.AsSpan(0, 16), bytes.AsSpan(16), Vectors.Hex(message)).ShouldBe(Vectors.Hex(tag));
    }

    [Fact]
    public void ComputeTag_EveryLengthTo1100AndSomeLarge_EqualsBouncyCastle()
    {
        var random = new Random(41);
        int[] lengths = [.. Enumerable.Range(0, 1101), 4095, 4096, 65_537, 1_048_576 + 63];
        byte[] data = Vectors.Bytes(42, lengths[^1]);
        var r = new byte[16];
        var s = new byte[16];
        foreach (int length in lengths)
        {
            random.NextBytes(r);
            random.NextBytes(s);
            byte[] expected = BouncyCastle(r, s, data.AsSpan(0, length));
            foreach (Poly1305Implementation implementation in Enum.GetValues<Poly1305Implementation>())
                Tag(implementation, r, s, data.AsSpan(0, length)).ShouldBe(expected, $"{implementation}, {length} bytes");
        }
    }

    [Theory]
    [InlineData(0xFF)]
    [InlineData(0x00)]
    [InlineData(0xFB)]
    public void ComputeTag_ExtremeBytes_EqualsBouncyCastle(byte fill)
    {
        // All ones in key and message drive every limb to its bound: the place where a missing carry shows.
        var r = new byte[16];
        r.AsSpan().Fill(0xFF);
        var s = new byte[16];
        s.AsSpan().Fill(fill);
        var message = new byte[8192];
        message.AsSpan().Fill(fill);
        for (int length = 8192 - 70; length <= 8192; length++)
        {
            byte[] expected = BouncyCastle(r, s, message.AsSpan(0, length));
            foreach (Poly1305Implementation implementation in Enum.GetValues<Poly1305Implementation>())
                Tag(implementation, r, s, message.AsSpan(0, length)).ShouldBe(expected, $"{implementation}, {length} bytes");
        }
    }

    private static byte[] Tag(Poly1305Implementation implementation, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, ReadOnlySpan<byte> message)
    {
        if (implementation == Poly1305Implementation.Vector && !System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            implementation = Poly1305Implementation.Scalar;
        using var key = new Poly1305Key(r, implementation);
        var tag = new byte[16];
        key.ComputeTag(message, s, tag);
        return tag;
    }

    private static byte[] BouncyCastle(ReadOnlySpan<byte> r, ReadOnlySpan<byte> s, ReadOnlySpan<byte> message)
    {
        var mac = new Poly1305();
        byte[] key = [.. r, .. s];
        mac.Init(new KeyParameter(key));
        mac.BlockUpdate(message.ToArray(), 0, message.Length);
        var tag = new byte[16];
        mac.DoFinal(tag, 0);
        return tag;
    }
}
