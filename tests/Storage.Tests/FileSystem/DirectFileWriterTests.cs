using CsCheck;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.FileSystem;

public sealed class DirectFileWriterTests
{
    private const int Page = AlignedBuffer.Alignment;
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Page - 1)]
    [InlineData(Page)]
    [InlineData(Page + 1)]
    [InlineData(MiB)]
    [InlineData((3 * MiB) + 5)]
    public void Write_OneAlignedPiece_IsTheFile(int length)
    {
        using var folder = OnDisk();
        using var buffer = new AlignedBuffer(Math.Max(1, length));
        Random.Shared.NextBytes(buffer.Span);
        using (var writer = DirectFileWriter.Create(folder.Root, "f"u8, 0x180, length))
        {
            writer.Write(buffer.Span[..length]);
            writer.Finish();
            writer.File.Sync();
            writer.Length.ShouldBe(length);
        }

        File.ReadAllBytes(folder.At("f")).AsSpan().SequenceEqual(buffer.Span[..length]).ShouldBeTrue();
        // What was reserved beyond the end is given back.
        folder.Root.TryStat("f"u8, out var status);
        (status.Blocks * 512).ShouldBeLessThanOrEqualTo(AlignedBuffer.RoundUp((long)length));
    }

    [Fact]
    public void Write_TwoThreadsThatGiveWay_BothFilesAreWhole()
    {
        using var folder = OnDisk();
        using var buffer = new AlignedBuffer(4 * MiB);
        Random.Shared.NextBytes(buffer.Span);
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(number => new Thread(() =>
        {
            ThreadCourtesy.Lower();
            using var writer = DirectFileWriter.Create(folder.Root, Bytes($"f{number}"), 0x180, buffer.Length);
            writer.Write(buffer.Span);
            writer.Finish();
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        for (var number = 0; number < 2; number++)
            File.ReadAllBytes(folder.At($"f{number}")).AsSpan().SequenceEqual(buffer.Span).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_AnyPiecesAlignedOrNot_AreTheFileInOrder(bool onDisk)
    {
        using var folder = onDisk ? OnDisk() : InMemory();
        using var buffer = new AlignedBuffer(4 * MiB);
        Random.Shared.NextBytes(buffer.Span);
        var piece = Gen.Int[0, MiB].Select(Gen.Int[0, MiB], Gen.Bool, (start, length, aligned) => (Start: aligned ? start & ~(Page - 1) : start, Length: length));
        var file = 0;
        piece.List[0, 6].Sample(
            pieces =>
            {
                var name = Bytes($"f{Interlocked.Increment(ref file)}");
                var expected = new List<byte>();
                using (var writer = DirectFileWriter.Create(folder.Root, name, 0x180, expectedLength: 0))
                {
                    foreach (var (start, length) in pieces)
                    {
                        writer.Write(buffer.Span.Slice(start, length));
                        expected.AddRange(buffer.Span.Slice(start, length));
                    }

                    writer.Finish();
                }

                var read = File.ReadAllBytes(folder.At($"f{file}"));
                folder.Root.RemoveFile(name);
                return read.AsSpan().SequenceEqual(expected.ToArray());
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Create_DiskWithoutThatMuchRoom_FailsAndLeavesNoFile()
    {
        using var folder = OnDisk();
        var tooMuch = folder.Root.Space().TotalBytes + MiB;
        Should.Throw<FileSystemException>(() => DirectFileWriter.Create(folder.Root, "f"u8, 0x180, tooMuch));
        folder.Root.TryStat("f"u8, out _).ShouldBeFalse();
    }

    [Fact]
    public void Pool_BufferReturned_IsHandedOutAgainAndOnlyOnce()
    {
        var pool = new AlignedBufferPool(10_000, kept: 1);
        var first = pool.Rent();
        first.Length.ShouldBe(12_288);
        AlignedBuffer.IsAligned(first.Span).ShouldBeTrue();
        first.Dispose();
        first.Dispose();
        Should.Throw<ObjectDisposedException>(() => first.Memory);
        var second = pool.Rent();
        second.ShouldBeSameAs(first);
        pool.Rent().ShouldNotBeSameAs(first);
    }
}
