using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.FileSystem;

public sealed class FileHandleTests : IDisposable
{
    private const long MiB = 1024 * 1024;

    private readonly ScratchFolder _folder = OnDisk();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryNextData_TenGigabyteSparseFile_ShowsOnlyWhatWasWritten()
    {
        using var file = _folder.Root.CreateFile(Bytes("sparse"), 0x180);
        const long size = 10 * 1024 * MiB;
        file.Truncate(size);
        file.WriteAt(4 * 1024 * MiB, new byte[] { 1, 2, 3 });
        file.WriteAt(size - 1, new byte[] { 9 });
        file.Sync();
        file.Status().MayHaveHoles.ShouldBeTrue();

        var (covered, at, ranges) = (0L, 0L, 0);
        var (sawMiddle, sawEnd) = (false, false);
        while (file.TryNextData(at, size, out var start, out var end))
        {
            ranges++;
            covered += end - start;
            sawMiddle |= start <= 4 * 1024 * MiB && end >= (4 * 1024 * MiB) + 3;
            sawEnd |= end == size;
            at = end;
        }

        ranges.ShouldBe(2);
        covered.ShouldBeLessThan(MiB);
        (sawMiddle && sawEnd).ShouldBeTrue();
    }

    [Fact]
    public void TryNextData_DenseAndEmptyFile_IsOneRangeAndNone()
    {
        using var file = _folder.Root.CreateFile(Bytes("f"), 0x180);
        file.TryNextData(0, 0, out _, out _).ShouldBeFalse();
        file.WriteAt(0, new byte[10_000]);
        file.TryNextData(0, 10_000, out var start, out var end).ShouldBeTrue();
        (start, end).ShouldBe((0, 10_000));
        file.TryNextData(10_000, 10_000, out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryPunchHole_MiddleOfAFile_ReadsAsZerosAndTakesLess()
    {
        using var file = _folder.Root.CreateFile(Bytes("f"), 0x180);
        var content = new byte[256 * 1024];
        Array.Fill(content, (byte)7);
        file.WriteAt(0, content);
        file.Sync();
        var before = file.Status();
        Assert.SkipUnless(file.TryPunchHole(64 * 1024, 128 * 1024), "The file system has no holes.");
        var after = file.Status();
        after.Size.ShouldBe(before.Size);
        after.Blocks.ShouldBeLessThan(before.Blocks);
        file.ReadAt(0, content);
        content.AsSpan(64 * 1024, 128 * 1024).ContainsAnyExcept((byte)0).ShouldBeFalse();
        content[(64 * 1024) - 1].ShouldBe((byte)7);
        content[192 * 1024].ShouldBe((byte)7);
    }

    [Fact]
    public void TryReserve_MoreThanThereIs_SaysTheDiskIsFullBeforeAnythingIsWritten()
    {
        using var file = _folder.Root.CreateFile(Bytes("f"), 0x180);
        var space = _folder.Root.Space();
        space.TotalBytes.ShouldBeGreaterThan(space.FreeBytes);
        var e = Should.Throw<FileSystemException>(() => file.TryReserve(space.TotalBytes + (1024 * MiB)));
        e.Failure.ShouldBe(FileSystemFailure.NoSpace);
        (file.Status().Size, file.Status().Blocks).ShouldBe((0, 0));
    }

    [Fact]
    public void Attributes_OfAllSizesAndOddValues_AreReadBackAsSet()
    {
        using var file = _folder.Root.CreateFile(Bytes("f"), 0x180);
        file.ReadAttributes().ShouldBeEmpty();
        file.SetAttribute("user.empty"u8, []);
        file.SetAttribute("user.binary"u8, [0, 255, 1]);
        file.SetAttribute("user.long"u8, new byte[2_000]);
        for (var i = 0; i < 30; i++)
        {
            file.SetAttribute(Bytes($"user.{new string((char)('a' + (i % 26)), 40)}{i}"), [(byte)i]);
        }

        var read = file.ReadAttributes();
        read.Length.ShouldBe(33);
        read.Single(a => a.Name.AsSpan().SequenceEqual("user.binary"u8)).Value.ShouldBe([0, 255, 1]);
        read.Single(a => a.Name.AsSpan().SequenceEqual("user.empty"u8)).Value.ShouldBeEmpty();
        read.Single(a => a.Name.AsSpan().SequenceEqual("user.long"u8)).Value.Length.ShouldBe(2_000);
        file.RemoveAttribute("user.long"u8);
        file.RemoveAttribute("user.never"u8);
        file.ReadAttributes().Length.ShouldBe(32);
        _folder.Root.ReadSmallFile(Bytes("f"), new byte[4], out _, out var attributes);
        attributes.ShouldBe(AttributePresence.Some);
    }

    [Fact]
    public void Attributes_OfALink_AreTheLinksOwn()
    {
        Assert.SkipUnless(IsRoot, "Trusted attributes take root.");
        File.WriteAllBytes(_folder.At("target"), []);
        _folder.Root.CreateSymbolicLink(Bytes("link"), Bytes("target"));
        _folder.Root.SetAttribute(Bytes("link"), "trusted.test"u8, [5]);
        var read = _folder.Root.ReadAttributes(Bytes("link"));
        read.ShouldHaveSingleItem().Value.ShouldBe([5]);
        _folder.Root.ReadAttributes(Bytes("target")).ShouldBeEmpty();
        _folder.Root.RemoveAttribute(Bytes("link"), "trusted.test"u8);
        _folder.Root.ReadAttributes(Bytes("link")).ShouldBeEmpty();
    }

    [Fact]
    public void Attributes_WhereThereAreNone_AreAnEmptyList()
    {
        using var proc = DirectoryHandle.OpenRoot("/proc/self");
        proc.ReadAttributes().ShouldBeEmpty();
    }
}
