using System.Buffers.Binary;
using Shouldly;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Tests.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Compression;

public sealed class DecompressorTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 50_000).Select(i => (byte)(i % 251 * (i / 5000)))];

    [Fact]
    public void Decompress_NativeAndManaged_ReadEachOther()
    {
        if (!NativeZstd.IsAvailable)
            Assert.Skip("The native library does not load here.");
        ZstdCodec[] codecs = [new NativeZstdCodec(), new ManagedZstdCodec()];
        foreach (ZstdCodec writer in codecs)
        {
            foreach (ZstdCodec reader in codecs)
            {
                var back = new byte[Content.Length];
                reader.Decompress(Frame(writer), back).ShouldBe(Content.Length);
                back.ShouldBe(Content);
            }
        }

        foreach (ZstdCodec codec in codecs)
            codec.Dispose();
    }

    [Fact]
    public void TryDecompress_ShorterOrLongerThanTold_Refuses()
    {
        foreach (ZstdCodec codec in Codecs())
        {
            byte[] frame = Frame(codec);
            using var decompressor = new Decompressor(codec);
            decompressor.TryDecompress(frame, new byte[Content.Length]).ShouldBeTrue();
            decompressor.TryDecompress(frame, new byte[Content.Length - 1]).ShouldBeFalse();
            decompressor.TryDecompress(frame, new byte[Content.Length + 1]).ShouldBeFalse();
        }
    }

    [Fact]
    public void TryDecompress_GarbageAndCutFrames_RefuseWithoutThrowing()
    {
        foreach (ZstdCodec codec in Codecs())
        {
            byte[] frame = Frame(codec);
            using var decompressor = new Decompressor(codec);
            var destination = new byte[Content.Length];
            for (int length = 0; length < Math.Min(frame.Length, 400); length++)
                decompressor.TryDecompress(frame.AsSpan(0, length), destination).ShouldBeFalse();
            for (int seed = 0; seed < 200; seed++)
                decompressor.TryDecompress(Vectors.Bytes(seed, 300), destination).ShouldBeFalse();
        }
    }

    [Fact]
    public void Decompress_AnyBitFlipped_NeverThrowsNorPassesTheLimit()
    {
        foreach (ZstdCodec codec in Codecs())
        {
            byte[] frame = Frame(codec);
            using var decompressor = new Decompressor(codec);
            for (int bit = 0; bit < Math.Min(frame.Length, 300) * 8; bit++)
            {
                byte[] damaged = [.. frame];
                damaged[bit / 8] ^= (byte)(1 << (bit % 8));
                (decompressor.Decompress(damaged, 60_000)?.Length ?? 0).ShouldBeLessThanOrEqualTo(60_000);
            }
        }
    }

    [Fact]
    public void Decompress_WithinTheLimit_GivesTheContent()
    {
        foreach (ZstdCodec codec in Codecs())
        {
            byte[] frame = Frame(codec);
            using var decompressor = new Decompressor(codec);
            decompressor.Decompress(frame, Content.Length).ShouldBe(Content);
            decompressor.Decompress(frame, Content.Length - 1).ShouldBeNull();
        }
    }

    [Fact]
    public void Decompress_FrameThatDoesNotStateItsSize_GivesTheContent()
    {
        using var managed = new MemoryStream();
        using (var stream = new ZstdSharp.CompressionStream(managed, leaveOpen: true))
        {
            // Written in pieces, so that the writer can't know the size when it writes the head.
            stream.Write(Content.AsSpan(0, 20_000));
            stream.Flush();
            stream.Write(Content.AsSpan(20_000));
        }

        byte[] frame = managed.ToArray();
        ZstdFrame.StatedContentSize(frame).ShouldBe(-1);
        foreach (ZstdCodec codec in Codecs())
        {
            using var decompressor = new Decompressor(codec);
            decompressor.Decompress(frame, 1 << 20).ShouldBe(Content);
            decompressor.Decompress(frame, Content.Length - 1).ShouldBeNull();
        }
    }

    [Fact]
    public void Decompress_HeadThatLiesAboutItsSize_TakesNoMemoryForTheLie()
    {
        foreach (ZstdCodec codec in Codecs())
        {
            byte[] frame = Frame(codec);
            // Single segment, size in eight bytes: claims 1 GiB less one.
            byte[] lie = [.. frame[..4], 0xE0, .. new byte[8], .. frame[9..]];
            BinaryPrimitives.WriteUInt64LittleEndian(lie.AsSpan(5), (1 << 30) - 1);
            ZstdFrame.StatedContentSize(lie).ShouldBe((1 << 30) - 1);
            using var decompressor = new Decompressor(codec);
            long before = GC.GetAllocatedBytesForCurrentThread();
            decompressor.Decompress(lie, 1 << 24).ShouldBeNull();
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
        }
    }

    private static byte[] Frame(ZstdCodec codec)
    {
        var frame = new byte[Compressor.MaximumSize(Content.Length)];
        return frame[..codec.Compress(Content, frame, 1)];
    }

    private static List<ZstdCodec> Codecs()
    {
        List<ZstdCodec> codecs = [new ManagedZstdCodec()];
        if (NativeZstd.IsAvailable)
            codecs.Add(new NativeZstdCodec());
        return codecs;
    }
}
