using System.IO.MemoryMappedFiles;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Tests.FileSystem;
using Xunit;
using static SnapshotBot.Storage.Tests.Archiving.PlayedWorld;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>Files that change without their times moving: what is seen because of the flush, the racy rule and its list.</summary>
public sealed class RacyFileTests
{
    private const int Page = 4096;

    [Theory, InlineData(true), InlineData(false)]
    public async Task CopyDifferenceAsync_PageWrittenTwiceWithoutItsTimesMoving_IsSeenBecauseOfTheRacyRule(bool racyRule)
    {
        // Whoever flushes the same disk between two writes makes a time move, and that is not the case.
        for (var tries = 1; !await TryWritingTwiceAsync(racyRule); tries++)
            tries.ShouldBeLessThan(20, "the case is one where no time moves");
    }

    /// <summary>False when a time moved.</summary>
    private static async Task<bool> TryWritingTwiceAsync(bool racyRule)
    {
        await using var archive = MakeWorld();
        await using var session = await archive.SessionAsync();
        using var map = Map(archive.Folder, "mapped");
        var synced = Sync(archive.Folder);
        map.Write(Page, 1);
        var first = Times(archive.Folder, "mapped");
        await session.PassAsync(archive.Whole, Plain() with { SyncedAt = racyRule ? synced : null }, CancellationToken.None);
        map.Write(Page, 2);
        if (Times(archive.Folder, "mapped") != first)
            return false;

        using var difference = new CopiedDifference(new DifferenceOptions { SyncedAt = racyRule ? synced : null });
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);
        await Archive.CommitAsync(session);

        var kept = await archive.ContentAsync((await archive.FindAsync(result.Tree, "mapped"))!);
        kept[Page].ShouldBe((byte)(racyRule ? 2 : 1));
        result.Racy.Select(path => path.ToString()).Contains("mapped").ShouldBe(racyRule);

        // And once more, for the next snapshot: only the list tells it.
        map.Write(Page, 3);
        if (Times(archive.Folder, "mapped") != first)
            return false;
        var next = await archive.PassAsync(new PassOptions { Parent = result.Tree, Racy = new HashSet<PathBytes>(result.Racy), SyncedAt = Sync(archive.Folder) });
        (await archive.ContentAsync((await archive.FindAsync(next.Tree, "mapped"))!))[Page].ShouldBe((byte)(racyRule ? 3 : 1));
        return true;
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task CopyDifferenceAsync_PageDirtySinceBeforeTheFlush_IsSeenBecauseOfTheFlush(bool flush)
    {
        await using var archive = MakeWorld();
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
        await Archive.CommitAsync(session);

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
        await Archive.CommitAsync(session);

        difference.Files.ShouldBe(2);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "mapped"))!))[Page].ShouldBe((byte)2);
        (await archive.ContentAsync((await archive.FindAsync(result.Tree, "other"))!)).ShouldBe("other"u8.ToArray());
    }

    private static PassOptions Plain() => new() { Remembers = true };

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
