using System.Text;
using Shouldly;
using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.Tests.Crypto;
using Xunit;

namespace SnapshotBot.Storage.Tests.Chunking;

public sealed class ChunkingPolicyTests
{
    private const int Kib = 1024;
    private static readonly ChunkingPolicy Policy = new(Cutting.Polynomial());
    private static readonly byte[] Sqlite = Encoding.ASCII.GetBytes("SQLite format 3\0");

    [Theory]
    [InlineData("r.0.-1.mca")]
    [InlineData("r.3.4.mcr")]
    [InlineData("r.3.4.7rg")]
    public void For_RegionFiles_CutsTheirTablesAndSectors(string name)
    {
        byte[] content = Vectors.Bytes(1, 70 * Kib);
        Cutting.Cut(For(name, content), content).ShouldBe([8 * Kib, 8 * Kib, 16 * Kib, 16 * Kib, 16 * Kib, 6 * Kib]);
    }

    [Theory]
    [InlineData(1L << 20, 16)]
    [InlineData(4L << 30, 16)]
    [InlineData((4L << 30) + 1, 32)]
    [InlineData(9L << 30, 64)]
    [InlineData(1L << 40, 256)]
    public void For_Databases_CutsPagesThatGrowWithTheFile(long size, int pageKib)
    {
        byte[] content = [.. Sqlite, .. Vectors.Bytes(1, 600 * Kib)];
        List<int> cuts = Cutting.Cut(Policy.For("map.sqlite"u8, size, content.AsSpan(0, ChunkingPolicy.HeadSize)), content);
        cuts[..3].ShouldBe([4 * Kib, (pageKib - 4) * Kib, pageKib * Kib]);
    }

    [Fact]
    public void For_FileThatBeginsWithZeros_CutsAlignedOnlyWhenItIsLarge()
    {
        byte[] content = [.. new byte[2 * Kib * Kib], .. Vectors.Bytes(1, 200 * Kib)];
        Cutting.Cut(For("preallocated.bin", content), content).ShouldBe([1024 * Kib, 1024 * Kib, 64 * Kib, 64 * Kib, 64 * Kib, 8 * Kib]);
        Cutting.Cut(For("small.bin", new byte[3000]), new byte[3000]).ShouldBe([3000]);
    }

    [Fact]
    public void For_SmallFiles_IsOneChunk()
    {
        for (int length = 1; length <= 128 * Kib; length += 9973)
            Cutting.Cut(For("a.lua", Vectors.Bytes(length, length)), Vectors.Bytes(length, length)).ShouldBe([length]);
    }

    [Fact]
    public void For_AppendedLog_StoresNoMoreThanTheTailAndTheNewLines()
    {
        byte[] log = Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, 200_000).Select(i => $"[{i:x8}] player {i * 7919 % 1000} moved")));
        byte[] before = log[..(log.Length * 4 / 5)];
        List<string> old = Cutting.Chunks(For("latest.log", before), before);
        List<string> now = Cutting.Chunks(For("latest.log", log), log);
        now.Intersect(old, StringComparer.Ordinal).Count().ShouldBeGreaterThanOrEqualTo(old.Count - 1);
    }

    [Fact]
    public void For_EveryKind_StaysWithinTheReadersWindow()
    {
        byte[] zeros = new byte[ChunkingPolicy.HeadSize];
        foreach (IChunker chunker in (IChunker[])[
            Policy.For("r.0.0.mca"u8, 1, []), Policy.For("x"u8, 1L << 40, Sqlite), Policy.For("x"u8, 1L << 40, zeros), Policy.For("x"u8, 5, "hello"u8)])
        {
            chunker.MaximumSize.ShouldBeLessThanOrEqualTo(ChunkingPolicy.MaximumChunkSize);
        }
    }

    private static IChunker For(string name, byte[] content) =>
        Policy.For(Encoding.UTF8.GetBytes(name), content.Length, content.AsSpan(0, Math.Min(content.Length, ChunkingPolicy.HeadSize)));
}
