using System.IO.MemoryMappedFiles;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>What is copied at one moment after a pass, and the tree made of it later.</summary>
public sealed class DifferenceTests
{
    private const int Page = 4096;

    [Fact]
    public async Task CopyDifferenceAsync_NothingChanged_ReadsNothingAndGivesTheSameTree()
    {
        await using var archive = World();
        await using var session = await archive.SessionAsync();
        var pass = await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);

        using var difference = new CopiedDifference(new DifferenceOptions { Memory = 0 });
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        (difference.Files, difference.BytesRead, difference.BytesCopied).ShouldBe((0, 0, 0));
        result.Tree.ShouldBe(pass.Tree);
        result.Stats.ShouldBe(pass.Stats);
    }

    [Fact]
    public async Task ProcessDifferenceAsync_EverythingHappened_KeepsThatMomentAndNotALaterOne()
    {
        await using var archive = World();
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        Change(archive.Folder, "region/r.0.mca", 70_000, 5_000);
        File.AppendAllText(archive.Folder.At("logs/latest.log"), "and then\n");
        File.WriteAllText(archive.Folder.At("players/new.dat"), "new");
        File.Delete(archive.Folder.At("players/p1.dat"));
        File.Move(archive.Folder.At("players/p2.dat"), archive.Folder.At("moved.dat"));
        Directory.CreateDirectory(archive.Folder.At("deep/er/still"));
        File.WriteAllText(archive.Folder.At("deep/er/still/leaf"), "leaf");
        Directory.Delete(archive.Folder.At("gone"), recursive: true);
        File.CreateSymbolicLink(archive.Folder.At("link"), "players");
        File.SetUnixFileMode(archive.Folder.At("players/p3.dat"), UnixFileMode.UserRead);
        using (var file = new FileStream(archive.Folder.At("shrunk.db"), FileMode.Open))
            file.SetLength(100_000);

        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        result.Warnings.ShouldBeEmpty();
        await archive.AssertKeptAsync(result.Tree);
        var whole = await archive.PassAsync();
        (result.Stats.TotalFiles, result.Stats.TotalBytes).ShouldBe((whole.Stats.TotalFiles, whole.Stats.TotalBytes));
        Change(archive.Folder, "region/r.0.mca", 0, 1_000);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "players/new.dat"))!)).ShouldBe("new"u8.ToArray());
    }

    [Fact]
    public async Task CopyDifferenceAsync_FewBlocksOfALargeFile_CopiesThoseAlone()
    {
        await using var archive = World();
        WriteLarge(archive.Folder, "world.db", 40 << 20);
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        foreach (var at in (int[])[0, 17 << 20, (32 << 20) - 10, (40 << 20) - 1])
            Change(archive.Folder, "world.db", at, 1);

        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        difference.BytesRead.ShouldBe(40 << 20);
        difference.BytesCopied.ShouldBeLessThanOrEqualTo(4 << 20);
        await archive.AssertKeptAsync(result.Tree);
    }

    [Fact]
    public async Task CopyDifferenceAsync_MoreThanTheMemory_SpillsAndKeepsIt()
    {
        await using var archive = World();
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        WriteLarge(archive.Folder, "players/huge", 21 << 20);
        using var spill = ScratchFolder.OnDisk();
        var options = new DifferenceOptions { Memory = 8 << 20, SpillFolder = spill.Root };

        using var difference = new CopiedDifference(options);
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        File.Delete(archive.Folder.At("players/huge"));
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        difference.BytesSpilled.ShouldBe(13 << 20);
        Directory.EnumerateFileSystemEntries(spill.At("")).ShouldBeEmpty();
        WriteLarge(archive.Folder, "again", 21 << 20);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "players/huge"))!)).ShouldBe(File.ReadAllBytes(archive.Folder.At("again")));
    }

    [Fact]
    public async Task CopyDifferenceAsync_SpillCanNotBeWritten_FailsAndCallsNoFileLost()
    {
        await using var archive = World();
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
        await using var archive = World();
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

    [Theory, InlineData(PassEffort.Courteous), InlineData(PassEffort.Full)]
    public async Task ProcessDifferenceAsync_Courteous_WorksOnThreadsOfLowPriority(PassEffort effort)
    {
        await using var archive = World();
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        WriteLarge(archive.Folder, "players/huge", 60 << 20);
        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var threads = new System.Collections.Concurrent.ConcurrentBag<bool>();
        archive.Backend.BeforeAsync = (call, _) =>
        {
            if (call is { Operation: BackendOperation.Save, File.Kind: Storage.Backends.FileKind.Pack })
                threads.Add(Thread.CurrentThread.Name?.StartsWith("courteous", StringComparison.Ordinal) == true);
            return Task.CompletedTask;
        };

        await session.ProcessDifferenceAsync(difference, new PassOptions { Effort = effort }, CancellationToken.None);

        // The last packs are sealed by whoever asked, at the end.
        threads.Count.ShouldBeGreaterThan(2);
        threads.Contains(true).ShouldBe(effort == PassEffort.Courteous);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task CopyDifferenceAsync_PageWrittenTwiceWithoutItsTimesMoving_IsSeenBecauseOfTheRacyRule(bool racyRule)
    {
        await using var archive = World();
        await using var session = await archive.SessionAsync();
        using var map = Map(archive.Folder, "mapped");
        var synced = Sync(archive.Folder);
        map.Write(Page, 1);
        var first = Times(archive.Folder, "mapped");
        await session.PassAsync(archive.Whole, Plain() with { SyncedAt = racyRule ? synced : null }, CancellationToken.None);
        map.Write(Page, 2);
        Times(archive.Folder, "mapped").ShouldBe(first, "the case is one where no time moves");

        using var difference = new CopiedDifference(new DifferenceOptions { SyncedAt = racyRule ? synced : null });
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        var kept = await archive.ContentAsync((await archive.FindAsync(result.Tree, "mapped"))!);
        kept[Page].ShouldBe((byte)(racyRule ? 2 : 1));
        result.Racy.Select(path => path.ToString()).Contains("mapped").ShouldBe(racyRule);

        // And once more, for the next snapshot: only the list tells it.
        map.Write(Page, 3);
        Times(archive.Folder, "mapped").ShouldBe(first);
        var next = await archive.PassAsync(new PassOptions { Parent = result.Tree, Racy = new HashSet<PathBytes>(result.Racy), SyncedAt = Sync(archive.Folder) });
        (await archive.ContentAsync((await archive.FindAsync(next.Tree, "mapped"))!))[Page].ShouldBe((byte)(racyRule ? 3 : 1));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task CopyDifferenceAsync_PageDirtySinceBeforeTheFlush_IsSeenBecauseOfTheFlush(bool flush)
    {
        await using var archive = World();
        await using var session = await archive.SessionAsync();
        using var map = Map(archive.Folder, "mapped");
        Sync(archive.Folder);
        map.Write(Page, 1);
        WaitForClock(archive.Folder);
        var synced = flush ? Sync(archive.Folder) : UnixTime.From(DateTimeOffset.UtcNow);
        await session.PassAsync(archive.Whole, Plain() with { SyncedAt = synced }, CancellationToken.None);
        map.Write(Page, 2);

        using var difference = new CopiedDifference(new DifferenceOptions { SyncedAt = synced });
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "mapped"))!))[Page].ShouldBe((byte)(flush ? 2 : 1));
    }

    [Fact]
    public async Task CopyDifferenceAsync_TimesProveNothing_ComparesContents()
    {
        await using var archive = new Archive { Folder = ScratchFolder.InMemory() };
        using var map = Map(archive.Folder, "mapped");
        File.WriteAllText(archive.Folder.At("other"), "other");
        await using var session = await archive.SessionAsync();
        ArchiveItem[] items = [new ArchiveItem.Folder([], archive.Folder.Root) { Times = FileTimes.ProveNothing }];
        map.Write(Page, 1);
        WaitForClock(archive.Folder);
        await session.PassAsync(items, Plain() with { SyncedAt = Sync(archive.Folder) }, CancellationToken.None);
        map.Write(Page, 2);

        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(items, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        difference.Files.ShouldBe(2);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "mapped"))!))[Page].ShouldBe((byte)2);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "other"))!)).ShouldBe("other"u8.ToArray());
    }

    [Fact]
    public async Task PassAsync_AgainInOneSession_ReadsOnlyWhatChangedAndCountsAgainstTheFirst()
    {
        await using var archive = World();
        WriteLarge(archive.Folder, "world.db", 20 << 20);
        var parent = await archive.PassAsync();
        File.WriteAllText(archive.Folder.At("players/new.dat"), "new");
        await using var session = await archive.SessionAsync();
        var first = await session.PassAsync(archive.Whole, Remembering(archive.Folder) with { Parent = parent.Tree }, CancellationToken.None);
        Change(archive.Folder, "world.db", 1 << 20, 10);

        var second = await session.PassAsync(archive.Whole, Remembering(archive.Folder) with { Parent = first.Tree, Effort = PassEffort.Courteous }, CancellationToken.None);
        Change(archive.Folder, "world.db", 18 << 20, 10);
        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        await archive.AssertKeptAsync(result.Tree);
        (second.Stats.FilesNew, second.Stats.FilesChanged).ShouldBe((1, 1));
        (result.Stats.FilesNew, result.Stats.FilesChanged, result.Stats.FilesUnmodified).ShouldBe((1, 1, first.Stats.FilesUnmodified - 1));
        second.Stats.DataAdded.ShouldBeLessThan(2 << 20);
    }

    [Fact]
    public async Task CopyDifferenceAsync_RandomPlay_IsAlwaysThatMoment()
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            await using var archive = World();
            await using var session = await archive.SessionAsync();
            var pass = await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
            Play(archive.Folder, random);
            if (seed % 2 == 0)
                pass = await session.PassAsync(archive.Whole, Remembering(archive.Folder) with { Parent = pass.Tree }, CancellationToken.None);
            Play(archive.Folder, random);

            using var difference = new CopiedDifference(new DifferenceOptions());
            await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
            var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

            result.Warnings.ShouldBeEmpty($"seed {seed}");
            await archive.AssertKeptAsync(result.Tree);
            await session.CommitAsync(new Storage.Format.SnapshotFile { Time = DateTimeOffset.UnixEpoch, Tree = "", Paths = ["/"], Hostname = "test" }, [], CancellationToken.None);
        }
    }

    private static PassOptions Plain() => new() { Remembers = true };

    /// <summary>A pass that relies on no time younger than now.</summary>
    private static PassOptions Remembering(ScratchFolder folder)
    {
        WaitForClock(folder);
        return new() { Remembers = true, SyncedAt = UnixTime.From(DateTimeOffset.UtcNow) };
    }

    private static Archive World()
    {
        var archive = new Archive();
        var random = new Random(7);
        foreach (var folder in (string[])["region", "players", "logs", "gone/below", "empty"])
            Directory.CreateDirectory(archive.Folder.At(folder));
        for (var i = 0; i < 6; i++)
        {
            File.WriteAllBytes(archive.Folder.At($"region/r.{i}.mca"), Noise(random, 300_000 + (i * 4096)));
            File.WriteAllBytes(archive.Folder.At($"players/p{i}.dat"), Noise(random, 900 * i));
        }

        File.WriteAllBytes(archive.Folder.At("shrunk.db"), Noise(random, 700_000));
        File.WriteAllText(archive.Folder.At("logs/latest.log"), string.Concat(Enumerable.Repeat("a line of a log\n", 20_000)));
        File.WriteAllText(archive.Folder.At("gone/below/file"), "gone soon");
        return archive;
    }

    /// <summary>Some of what a game does to its files, chosen at random.</summary>
    private static void Play(ScratchFolder folder, Random random)
    {
        for (var i = 0; i < 12; i++)
        {
            var region = $"region/r.{random.Next(6)}.mca";
            switch (random.Next(6))
            {
                case 0:
                    Change(folder, region, random.Next(200_000), random.Next(1, 90_000));
                    break;
                case 1:
                    File.AppendAllText(folder.At("logs/latest.log"), new string('x', random.Next(1, 200_000)));
                    break;
                case 2:
                    using (var file = new FileStream(folder.At(region), FileMode.Open))
                        file.SetLength(random.Next(100_000, 900_000));
                    break;
                case 3:
                    File.WriteAllBytes(folder.At("players/next"), Noise(random, random.Next(5_000)));
                    File.Move(folder.At("players/next"), folder.At($"players/p{random.Next(9)}.dat"), overwrite: true);
                    break;
                case 4:
                    File.Delete(folder.At($"players/p{random.Next(9)}.dat"));
                    break;
                default:
                    Directory.CreateDirectory(folder.At($"made/{random.Next(4)}"));
                    File.WriteAllText(folder.At($"made/{random.Next(1)}x"), "made");
                    break;
            }
        }
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void WriteLarge(ScratchFolder folder, string name, int length) => File.WriteAllBytes(folder.At(name), Noise(new Random(3), length));

    private static void Change(ScratchFolder folder, string name, int at, int length)
    {
        using var file = new FileStream(folder.At(name), FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var old = new byte[length];
        var read = file.ReadAtLeast(old, length, throwOnEndOfStream: false);
        for (var i = 0; i < read; i++)
            old[i] ^= 0x5a;
        file.Position = at;
        file.Write(old, 0, read);
    }

    private static MappedFile Map(ScratchFolder folder, string name)
    {
        File.WriteAllBytes(folder.At(name), Noise(new Random(1), 4 * Page));
        return new MappedFile(folder.At(name));
    }

    private static UnixTime Sync(ScratchFolder folder)
    {
        WaitForClock(folder);
        var synced = UnixTime.From(DateTimeOffset.UtcNow);
        folder.Root.SyncFileSystem();
        return synced;
    }

    /// <summary>Waits until the clock files are stamped with has gone on by more than its grain.</summary>
    private static void WaitForClock(ScratchFolder folder)
    {
        UnixTime Now()
        {
            var name = "clock-" + Guid.NewGuid().ToString("N");
            File.WriteAllText(folder.At(name), "");
            var now = Times(folder, name).Modified;
            File.Delete(folder.At(name));
            return now;
        }

        for (var limit = UnixTime.From(Now().ToDateTimeOffset().AddMilliseconds(60)); Now() < limit;)
        {
        }
    }

    private static (UnixTime Modified, UnixTime Changed) Times(ScratchFolder folder, string name)
    {
        folder.Root.TryStat(ScratchFolder.Bytes(name), out var status).ShouldBeTrue();
        return (status.Modified, status.Changed);
    }

    private sealed class MappedFile(string path) : IDisposable
    {
        private readonly MemoryMappedFile _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        private MemoryMappedViewAccessor? _view;

        public void Write(long at, byte value)
        {
            _view ??= _file.CreateViewAccessor();
            _view.Write(at, value);
        }

        public void Dispose()
        {
            _view?.Dispose();
            _file.Dispose();
        }
    }
}
