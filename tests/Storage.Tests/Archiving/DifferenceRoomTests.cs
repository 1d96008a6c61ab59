using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Testing;
using Xunit;
using static SnapshotBot.Storage.Tests.Archiving.PlayedWorld;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>Where a difference goes that is larger than its memory: a spill file, a clone, and what that is estimated at.</summary>
public sealed class DifferenceRoomTests
{
    [Fact]
    public async Task CopyDifferenceAsync_MoreThanTheMemory_SpillsAndKeepsIt()
    {
        await using var archive = MakeWorld();
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        WriteLarge(archive.Folder, "players/huge", 21 << 20);
        using var spill = ScratchFolder.OnDisk();
        var options = new DifferenceOptions { Memory = 8 << 20, SpillFolder = spill.Root };

        using var difference = new CopiedDifference(options);
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        File.Delete(archive.Folder.At("players/huge"));
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);
        await Archive.CommitAsync(session);

        difference.BytesSpilled.ShouldBe(13 << 20);
        Directory.EnumerateFileSystemEntries(spill.At("")).ShouldBeEmpty();
        WriteLarge(archive.Folder, "again", 21 << 20);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "players/huge"))!)).ShouldBe(File.ReadAllBytes(archive.Folder.At("again")));
    }

    [Fact]
    public async Task CopyDifferenceAsync_SpillCanNotBeWritten_FailsAndCallsNoFileLost()
    {
        await using var archive = MakeWorld();
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        WriteLarge(archive.Folder, "players/huge", 21 << 20);
        using var spill = ScratchFolder.OnDisk();
        using var difference = new CopiedDifference(new DifferenceOptions { Memory = 8 << 20, SpillFolder = spill.Root });
        Directory.Delete(spill.Path);

        await Should.ThrowAsync<SpillException>(() => session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None));

        difference.Tally.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task CopyDifferenceAsync_FileSystemSharesBlocks_ClonesAndKeepsThatMoment()
    {
        using var around = ScratchFolder.OnDisk();
        await using var disk = await SmallDisk.TryMountSharingAsync(around.At("disk"));
        Assert.SkipWhen(disk is null, "A file system whose files share blocks can't be mounted here: it needs root, loop devices and XFS in the kernel.");
        await using var archive = new Archive { Folder = ScratchFolder.In(disk.Folder) };
        using var spill = ScratchFolder.In(disk.Folder);
        WriteLarge(archive.Folder, "world.db", 40 << 20);
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        Change(archive.Folder, "world.db", 0, 30 << 20);
        var moment = File.ReadAllBytes(archive.Folder.At("world.db"));

        using var difference = new CopiedDifference(new DifferenceOptions { Memory = 0, SpillFolder = spill.Root });
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        Change(archive.Folder, "world.db", 0, 40 << 20);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);
        await Archive.CommitAsync(session);

        spill.Root.CanCloneFiles().ShouldBeTrue();
        (difference.BytesCloned, difference.BytesCopied).ShouldBe((40 << 20, 0));
        Directory.EnumerateFileSystemEntries(spill.At("")).ShouldBeEmpty();
        File.WriteAllBytes(archive.Folder.At("world.db"), []);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "world.db"))!)).ShouldBe(moment);
    }

    [Fact]
    public async Task EstimateDifferenceAsync_FilesThatCanBeCloned_CountOnlyWhereTheyCanNot()
    {
        using var around = ScratchFolder.OnDisk();
        await using var disk = await SmallDisk.TryMountSharingAsync(around.At("disk"));
        Assert.SkipWhen(disk is null, "A file system whose files share blocks can't be mounted here: it needs root, loop devices and XFS in the kernel.");
        await using var archive = MakeWorld();
        await using var beside = new Archive { Folder = ScratchFolder.In(disk.Folder) };
        using var spill = ScratchFolder.In(disk.Folder);

        // The spill folder can clone, but not across to another file system.
        (await EstimateAsync(archive, spill)).ShouldBeGreaterThan(40 << 20);
        (await EstimateAsync(beside, spill)).ShouldBeLessThan(1 << 20);
        (await EstimateAsync(beside, null)).ShouldBeGreaterThan(40 << 20);
    }

    private static async Task<long> EstimateAsync(Archive archive, ScratchFolder? spill)
    {
        WriteLarge(archive.Folder, "estimated.db", 40 << 20);
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        Change(archive.Folder, "estimated.db", 0, 40 << 20);
        WriteLarge(archive.Folder, "small.dat", 1000);
        var estimate = await session.EstimateDifferenceAsync(archive.Whole, new DifferenceOptions { SpillFolder = spill?.Root }, CancellationToken.None);
        estimate.Files.ShouldBeGreaterThan(0);
        return estimate.Bytes;
    }
}
