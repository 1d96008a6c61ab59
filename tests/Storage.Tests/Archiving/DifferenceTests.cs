using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Testing.Backends;
using Xunit;
using static SnapshotBot.Storage.Tests.Archiving.PlayedWorld;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>What is copied at one moment after a pass, and the tree made of it later.</summary>
public sealed class DifferenceTests
{
    [Fact]
    public async Task CopyDifferenceAsync_NothingChanged_ReadsNothingAndGivesTheSameTree()
    {
        await using var archive = MakeWorld();
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
        await using var archive = MakeWorld();
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
        await Archive.CommitAsync(session);

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
        await using var archive = MakeWorld();
        WriteLarge(archive.Folder, "world.db", 40 << 20);
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        foreach (var at in (int[])[0, 17 << 20, (32 << 20) - 10, (40 << 20) - 1])
            Change(archive.Folder, "world.db", at, 1);

        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);
        await Archive.CommitAsync(session);

        difference.BytesRead.ShouldBe(40 << 20);
        difference.BytesCopied.ShouldBeLessThanOrEqualTo(4 << 20);
        await archive.AssertKeptAsync(result.Tree);
    }

    [Theory, InlineData(PassEffort.Courteous), InlineData(PassEffort.Full)]
    public async Task ProcessDifferenceAsync_Courteous_WorksOnThreadsOfLowPriority(PassEffort effort)
    {
        await using var archive = MakeWorld();
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        WriteLarge(archive.Folder, "players/huge", 60 << 20);
        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var threads = new System.Collections.Concurrent.ConcurrentBag<bool>();
        archive.Backend.BeforeAsync = (call, _) =>
        {
            if (call is { Operation: BackendOperation.Save, File.Kind: FileKind.Pack })
                threads.Add(Thread.CurrentThread.Name?.StartsWith("courteous", StringComparison.Ordinal) == true);
            return Task.CompletedTask;
        };

        await session.ProcessDifferenceAsync(difference, new PassOptions { Effort = effort }, CancellationToken.None);

        // The last packs are sealed by whoever asked, at the end.
        threads.Count.ShouldBeGreaterThan(2);
        threads.Contains(true).ShouldBe(effort == PassEffort.Courteous);
    }

    [Fact]
    public async Task PassAsync_AgainInOneSession_ReadsOnlyWhatChangedAndCountsAgainstTheFirst()
    {
        await using var archive = MakeWorld();
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
        await Archive.CommitAsync(session);

        await archive.AssertKeptAsync(result.Tree);
        (second.Stats.FilesNew, second.Stats.FilesChanged).ShouldBe((1, 1));
        (result.Stats.FilesNew, result.Stats.FilesChanged, result.Stats.FilesUnmodified).ShouldBe((1, 1, first.Stats.FilesUnmodified - 1));
        second.Stats.DataAdded.ShouldBeLessThan(2 << 20);
    }

    [Fact]
    public async Task CommitAsync_AfterPassesAndADifference_MakesOnePackOfAKindAndOneIndex()
    {
        await using var archive = MakeWorld();
        await using var session = await archive.SessionAsync();
        var pass = await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        Change(archive.Folder, "region/r.0.mca", 70_000, 5_000);
        await session.PassAsync(archive.Whole, Remembering(archive.Folder) with { Parent = pass.Tree }, CancellationToken.None);
        File.WriteAllText(archive.Folder.At("players/new.dat"), "new");
        using var difference = new CopiedDifference(new DifferenceOptions());
        await session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);
        var result = await session.ProcessDifferenceAsync(difference, new PassOptions(), CancellationToken.None);

        await Archive.CommitAsync(session);

        archive.Backend.OfKind(FileKind.Pack).Count().ShouldBe(2);
        archive.Backend.OfKind(FileKind.Index).Count().ShouldBe(1);
        await archive.AssertKeptAsync(result.Tree);
    }

    [Theory, InlineData(10_000_000, true), InlineData(1_000_000, false)]
    public async Task CopyDifferenceAsync_MoreDiffersThanMayBeRead_CopiesNothing(long most, bool isCopied)
    {
        await using var archive = MakeWorld();
        WriteLarge(archive.Folder, "world.db", 5_000_000);
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, Remembering(archive.Folder), CancellationToken.None);
        Change(archive.Folder, "world.db", 1 << 20, 10);
        using var difference = new CopiedDifference(new DifferenceOptions { MostBytes = most });

        var copying = session.CopyDifferenceAsync(archive.Whole, difference, CancellationToken.None);

        if (isCopied)
            await copying;
        else
            await Should.ThrowAsync<DifferenceGrewException>(() => copying);
        (difference.BytesRead > 0, difference.BytesCopied > 0).ShouldBe((isCopied, isCopied));
    }

    [Fact]
    public async Task CopyDifferenceAsync_RandomPlay_IsAlwaysThatMoment()
    {
        for (var seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            await using var archive = MakeWorld();
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
            await Archive.CommitAsync(session);
            await archive.AssertKeptAsync(result.Tree);
        }
    }
}
