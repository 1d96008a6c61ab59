using System.Text;
using CsCheck;
using Shouldly;
using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Tests.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Compression;

public sealed class CompressorTests
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"line {i} of {i % 17}")));

    [Theory]
    [InlineData(CompressionEffort.Automatic)]
    [InlineData(CompressionEffort.Maximum)]
    public void Compress_Text_ShrinksAndComesBack(CompressionEffort effort)
    {
        using var compressor = new Compressor(effort, BlobKind.Data);
        byte[] frame = Compress(compressor, Text);
        frame.Length.ShouldBeInRange(1, Text.Length / 3);
        Decompress(frame, Text.Length).ShouldBe(Text);
    }

    [Fact]
    public void Compress_Off_StoresRaw()
    {
        using var compressor = new Compressor(CompressionEffort.Off, BlobKind.Data);
        Compress(compressor, Text).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(16 * 1024)]
    [InlineData(600 * 1024)]
    public void Compress_Noise_StoresRaw(int length)
    {
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data);
        Compress(compressor, Vectors.Bytes(length, length)).ShouldBeEmpty();
    }

    [Fact]
    public void Compress_LargeNoise_JudgesByASampleAlone()
    {
        var codec = new SpyCodec();
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data, codec);
        Compress(compressor, Vectors.Bytes(1, 1024 * 1024)).ShouldBeEmpty();
        codec.Compressed.ShouldBe([(16 * 1024, CompressionPolicy.BinaryLevel)]);
    }

    [Fact]
    public void Compress_PaddedBinary_TakesTheFastLevelOnly()
    {
        var codec = new SpyCodec();
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data, codec);
        byte[] content = [.. Vectors.Bytes(1, 12_000), .. new byte[4384]];
        Compress(compressor, content).Length.ShouldBeInRange(1, 12_200);
        codec.Compressed.ShouldBe([(content.Length, CompressionPolicy.BinaryLevel)]);
    }

    [Fact]
    public void Compress_BinaryWithStructure_TakesABetterLevel()
    {
        var codec = new SpyCodec();
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data, codec);
        byte[] content = [.. Text[..10_000], 0, 1, 2];
        Decompress(Compress(compressor, content), content.Length).ShouldBe(content);
        codec.Compressed.Select(c => c.Level).ShouldBe([CompressionPolicy.BinaryLevel, CompressionPolicy.TextLevel]);
    }

    [Fact]
    public void Compress_MuchText_HurriesOnceTheThoroughBytesAreSpent()
    {
        var codec = new SpyCodec();
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data, codec);
        long done = 0;
        while (done < CompressionPolicy.ThoroughTextBytes)
        {
            Compress(compressor, Text);
            codec.Compressed[^1].Level.ShouldBe(CompressionPolicy.ThoroughTextLevel);
            done += Text.Length;
        }

        Compress(compressor, Text);
        codec.Compressed[^1].Level.ShouldBe(CompressionPolicy.TextLevel);
    }

    [Fact]
    public void Compress_TextInAFirstRun_IsNotDwelledOn()
    {
        var codec = new SpyCodec();
        using var compressor = new Compressor(CompressionEffort.Fast, BlobKind.Data, codec);
        Compress(compressor, Text);
        codec.Compressed.ShouldBe([(Text.Length, CompressionPolicy.TextLevel)]);
    }

    [Fact]
    public void Compress_Tree_TakesTheLevelThatSuitsHashes()
    {
        var codec = new SpyCodec();
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Tree, codec);
        Compress(compressor, Text);
        codec.Compressed.ShouldBe([(Text.Length, CompressionPolicy.TextLevel)]);
    }

    [Fact]
    public void Compress_AnyContent_ComesBackOrIsRaw()
    {
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data);
        Gen.Int[0, 3].Array[0, 4000].Sample(symbols =>
        {
            byte[] content = [.. symbols.Select(s => (byte)s)];
            byte[] frame = Compress(compressor, content);
            if (frame.Length > 0)
                Decompress(frame, content.Length).ShouldBe(content);
        }, threads: 1);
    }

    [Fact]
    public void CompressAlways_EvenNothing_IsAFrame()
    {
        using var compressor = new Compressor(CompressionEffort.Off, BlobKind.Data);
        foreach (byte[] content in (byte[][])[[], [1], Vectors.Bytes(1, 5000), Text])
        {
            var destination = new byte[Compressor.MaximumSize(content.Length)];
            int length = compressor.CompressAlways(content, destination);
            ZstdFrame.IsFrame(destination.AsSpan(0, length)).ShouldBeTrue();
            Decompress(destination[..length], content.Length).ShouldBe(content);
        }
    }

    [Fact]
    public void Compress_FaultyCompressor_IsCaughtBeforeAnythingIsStored()
    {
        foreach (int bit in (int[])[80, 700, 3000])
        {
            using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data, new SpyCodec { FlipBit = bit });
            Should.Throw<CompressionFaultException>(() => Compress(compressor, Text)).Length.ShouldBe(Text.Length);
        }
    }

    [Fact]
    public void Compress_DestinationWithoutRoomForTheWorst_IsRefused()
    {
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data);
        Should.Throw<ArgumentException>(() => compressor.Compress(Text, new byte[Text.Length]));
    }

    [Fact]
    public void Compress_Warm_AllocatesNothing()
    {
        if (!NativeZstd.IsAvailable)
            Assert.Skip("The native library does not load here.");
        using var compressor = new Compressor(CompressionEffort.Automatic, BlobKind.Data);
        var destination = new byte[Compressor.MaximumSize(Text.Length)];
        for (int i = 0; i < 40; i++)
            compressor.Compress(Text, destination);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            compressor.Compress(Text, destination);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(4096)]
    [InlineData(1024 * 1024)]
    public void MaximumSize_IsNeverLessThanTheLibrarysOwnBound(int length)
    {
        // zstd.h: size + size/256 + (below 128 KiB: (128 KiB - size) / 2048).
        long bound = length + (length >> 8) + (length < 128 * 1024 ? ((128 * 1024) - length) >> 11 : 0);
        Compressor.MaximumSize(length).ShouldBeGreaterThanOrEqualTo((int)bound);
    }

    private static byte[] Compress(Compressor compressor, byte[] content)
    {
        var destination = new byte[Compressor.MaximumSize(content.Length)];
        return destination[..compressor.Compress(content, destination)];
    }

    private static byte[] Decompress(byte[] frame, int length)
    {
        using var decompressor = new Decompressor();
        var content = new byte[length];
        decompressor.TryDecompress(frame, content).ShouldBeTrue();
        return content;
    }

    /// <summary>A real codec that keeps a list and, if told to, has a fault.</summary>
    private sealed class SpyCodec : ZstdCodec
    {
        private readonly ZstdCodec _real = Create();

        public List<(int Length, int Level)> Compressed { get; } = [];

        public int FlipBit { get; init; } = -1;

        public override int Compress(ReadOnlySpan<byte> source, Span<byte> destination, int level)
        {
            Compressed.Add((source.Length, level));
            int length = _real.Compress(source, destination, level);
            if (FlipBit >= 0)
                destination[FlipBit / 8] ^= (byte)(1 << (FlipBit % 8));
            return length;
        }

        public override int Decompress(ReadOnlySpan<byte> frame, Span<byte> destination) => _real.Decompress(frame, destination);

        protected override void Dispose(bool disposing) => _real.Dispose();
    }
}
