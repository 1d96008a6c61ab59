using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using Xunit;
using static SnapshotBot.Storage.Tests.Archiving.ArchiveContentTests;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>What a second pass reads, takes over, and never believes.</summary>
public sealed class ArchiveChangeTests
{
    /// <summary>Random bytes: a pack for each core and one more, so that some are written before the pass ends.</summary>
    private static readonly int MoreThanStaysInMemory = (Math.Min(Environment.ProcessorCount, 8) + 1) << 24;

    [Fact]
    public async Task PassAsync_NothingChanged_ReadsNothingWritesNothingAndGivesTheSameTree()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        var files = archive.Backend.Files.Count;
        var second = await archive.PassAsync(new PassOptions { Parent = first.Tree });
        second.Tree.ShouldBe(first.Tree);
        archive.Backend.Files.Count.ShouldBe(files + 1, "its snapshot alone");
        (second.Stats.DataBlobs, second.Stats.TreeBlobs, second.Stats.FilesUnmodified, second.Stats.FilesNew).ShouldBe((0, 0, 30, 0));
        second.Stats.DirectoriesUnmodified.ShouldBe(5);
        second.Stats.TotalBytes.ShouldBe(first.Stats.TotalBytes);
    }

    [Fact]
    public async Task PassAsync_WithoutAParent_ReadsAllButStoresNothingTwice()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        var second = await archive.PassAsync();
        second.Tree.ShouldBe(first.Tree);
        second.Stats.FilesNew.ShouldBe(30);
        (second.Stats.DataBlobs, second.Stats.TreeBlobs).ShouldBe((0, 0));
    }

    [Fact]
    public async Task PassAsync_AddedChangedRemovedRenamed_KeepsWhatIsThereNow()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        File.WriteAllText(archive.Folder.At("d1/new"), "new");
        File.AppendAllText(archive.Folder.At("d1/f3"), "!");
        File.Delete(archive.Folder.At("d0/f0"));
        File.Move(archive.Folder.At("d0/f1"), archive.Folder.At("d2/moved"));
        Directory.Delete(archive.Folder.At("d2/sub"), recursive: true);
        File.WriteAllText(archive.Folder.At("d2/sub"), "a file now");
        var second = await archive.PassAsync(new PassOptions { Parent = first.Tree });
        second.Warnings.ShouldBeEmpty();
        await archive.AssertKeptAsync(second.Tree);
        (second.Stats.FilesNew, second.Stats.FilesChanged, second.Stats.DataBlobs).ShouldBe((2, 2, 3));
    }

    [Fact]
    public async Task PassAsync_SameSizeAndTimePutBack_ChangeTimeGivesItAway()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        var path = archive.Folder.At("d0/f0");
        var times = File.GetLastWriteTimeUtc(path);
        var content = File.ReadAllBytes(path);
        content[0] ^= 1;
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, times);
        var second = await archive.PassAsync(new PassOptions { Parent = first.Tree });
        second.Stats.FilesChanged.ShouldBe(1);
        await archive.AssertKeptAsync(second.Tree);
    }

    [Fact]
    public async Task PassAsync_OnlyModeOrAttributeChanged_NewMetadataAndNoNewData()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        using (var directory = archive.Folder.Root.OpenDirectory("d0"u8))
        {
            directory.SetMode("f0"u8, 0x1FF);
            directory.SetAttribute("f1"u8, "user.a"u8, "b"u8);
        }

        archive.Folder.Root.SetAttribute("d1"u8, "user.dir"u8, "x"u8);
        var second = await archive.PassAsync(new PassOptions { Parent = first.Tree });
        await archive.AssertKeptAsync(second.Tree);
        second.Stats.DataBlobs.ShouldBe(0);
    }

    [Fact]
    public async Task PassAsync_RacyPaths_AreReadAgainAlthoughTheyLookUnchanged()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        var racy = new HashSet<PathBytes> { new(Bytes("d1/f2")), new(Bytes("d2/sub/f0")) };
        var second = await archive.PassAsync(new PassOptions { Parent = first.Tree, Racy = racy });
        (second.Stats.FilesUnmodified, second.Stats.FilesChanged).ShouldBe((28, 2));
        second.Tree.ShouldBe(first.Tree);
    }

    [Fact]
    public async Task PassAsync_TimesNotSafelyBeforeTheSync_AreListedAsRacy()
    {
        await using var archive = await WorldAsync();
        using (var directory = archive.Folder.Root.OpenDirectory("d0"u8))
        {
            directory.SetTimes("f0"u8, new UnixTime(1, 0), new UnixTime(4_000_000_000, 0));
        }

        var later = UnixTime.From(DateTimeOffset.FromUnixTimeSeconds(3_000_000_000));
        var pass = await archive.PassAsync(new PassOptions { SyncedAt = later });
        pass.Racy.Select(r => r.ToString()).ShouldBe(["d0/f0"]);
        (await archive.PassAsync(new PassOptions { SyncedAt = UnixTime.From(DateTimeOffset.UnixEpoch) })).Racy.Count.ShouldBe(30);
        (await archive.PassAsync()).Racy.ShouldBeEmpty();
    }

    [Fact]
    public async Task PassAsync_ParentsBlobsNoLongerInTheIndex_AreReadAgain()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        var lost = (await archive.FindAsync(first.Tree, "d1/f1"))!.Content!.Single();
        var full = await archive.IndexAsync();
        var partial = new BlobIndex();
        full.ForEach((blob, _) =>
        {
            if (blob.Id != lost)
            {
                partial.Add(blob.Location.Pack, [blob]);
            }
        });
        await using (var session = new ArchiveSession(archive.Made.Open, partial, AccountNames.Read()))
        {
            var second = await session.PassAsync(archive.Whole, new PassOptions { Parent = first.Tree }, CancellationToken.None);
            (second.Tree, second.Stats.FilesChanged, second.Stats.DataBlobs).ShouldBe((first.Tree, 1, 1));
        }
    }

    [Fact]
    public async Task PassAsync_ParentTreeMissing_ReadsEverything()
    {
        await using var archive = await WorldAsync();
        var first = await archive.PassAsync();
        var second = await archive.PassAsync(new PassOptions { Parent = new TreeId(ObjectId.Random()) });
        (second.Tree, second.Stats.FilesNew).ShouldBe((first.Tree, 30));
    }

    [Fact]
    public async Task PassAsync_ParentOfAnotherBoot_TakesFilesOverButNotHardLinks()
    {
        await using var archive = await WorldAsync();
        archive.Folder.Root.CreateHardLink("twin"u8, archive.Folder.Root.OpenDirectory("d0"u8), "f0"u8);
        var first = await archive.PassAsync();
        var other = await WithOtherDeviceAsync(archive, first.Tree);
        other.ShouldNotBe(first.Tree);
        var second = await archive.PassAsync(new PassOptions { Parent = other });
        (second.Stats.FilesUnmodified, second.Stats.FilesChanged, second.Stats.DataBlobs).ShouldBe((29, 2, 0));
        await archive.AssertKeptAsync(second.Tree);
    }

    [Fact]
    public async Task PassAsync_SameContentInManyFiles_IsStoredOnce()
    {
        await using var archive = new Archive { Folder = InMemory() };
        var content = Noise(5 << 20, 1);
        for (var i = 0; i < 12; i++)
        {
            File.WriteAllBytes(archive.Folder.At($"copy{i}"), content);
        }

        var pass = await archive.PassAsync();
        pass.Stats.DataAdded.ShouldBeLessThan((5 << 20) + 20_000);
        await archive.AssertKeptAsync(pass.Tree);
    }

    [Fact]
    public async Task PassAsync_Excludes_LeaveOutFilesAndWholeFolders()
    {
        await using var archive = await WorldAsync();
        List<string> asked = [];
        var pass = await archive.PassAsync(new PassOptions
        {
            Excludes = (path, type) =>
            {
                asked.Add(path.ToString());
                return path.ToString() is "d2" || path.ToString().EndsWith("f4", StringComparison.Ordinal);
            },
        });
        (await archive.TreeAsync(pass.Tree)).Nodes.Select(n => n.ToString()).ShouldBe(["d0", "d1"]);
        (await archive.FindAsync(pass.Tree, "d0/f4")).ShouldBeNull();
        (await archive.FindAsync(pass.Tree, "d0/f5")).ShouldNotBeNull();
        asked.ShouldContain("d0/f4");
        asked.ShouldNotContain("d2/f0");
    }

    [Fact]
    public async Task PassAsync_Twice_InOneSession_BothAreKept()
    {
        await using var archive = await WorldAsync();
        await using var session = await archive.SessionAsync();
        var live = await session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None);
        File.WriteAllText(archive.Folder.At("d0/f9"), "played on");
        var frozen = await session.PassAsync(archive.Whole, new PassOptions { Parent = live.Tree }, CancellationToken.None);
        frozen.Stats.FilesUnmodified.ShouldBe(29);
        await session.CommitAsync(new SnapshotFile { Time = DateTimeOffset.UnixEpoch, Tree = "" }, [], CancellationToken.None);
        await archive.AssertKeptAsync(frozen.Tree);
    }

    [Theory]
    [InlineData(BackendFailure.NoSpace)]
    [InlineData(BackendFailure.Unavailable)]
    public async Task PassAsync_BackendFails_SaysSoAndTheSessionCommitsNothing(BackendFailure failure)
    {
        await using var archive = await WorldAsync();
        PlayedWorld.WriteLarge(archive.Folder, "huge", MoreThanStaysInMemory);
        archive.Backend.FailCall(Testing.Backends.BackendOperation.Save, 1, failure);
        await using var session = await archive.SessionAsync();
        (await Should.ThrowAsync<BackendException>(() => session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None))).Failure.ShouldBe(failure);
        archive.Backend.BeforeAsync = null;
        await Should.ThrowAsync<BackendException>(() => session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None));
        await Should.ThrowAsync<InvalidOperationException>(() => Archive.CommitAsync(session));
        archive.Backend.OfKind(FileKind.Snapshot).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task CommitAsync_BackendFailsAtWhatStayedInMemory_SaysSoAndThereIsNoSnapshot(int save)
    {
        await using var archive = await WorldAsync();
        archive.Backend.FailCall(Testing.Backends.BackendOperation.Save, save, BackendFailure.NoSpace);
        await using var session = await archive.SessionAsync();
        await session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None);
        (await Should.ThrowAsync<BackendException>(() => Archive.CommitAsync(session))).Failure.ShouldBe(BackendFailure.NoSpace);
        archive.Backend.BeforeAsync = null;
        await Should.ThrowAsync<BackendException>(() => Archive.CommitAsync(session));
        archive.Backend.OfKind(FileKind.Snapshot).ShouldBeEmpty();
    }

    [Fact]
    public async Task PassAsync_BackendGivesUpByItself_IsAFailureAndNotADonePass()
    {
        await using var archive = await WorldAsync();
        PlayedWorld.WriteLarge(archive.Folder, "huge", MoreThanStaysInMemory);
        archive.Backend.BeforeAsync = (call, _) => call.File.Kind == FileKind.Pack ? throw new TaskCanceledException("a time ran out") : Task.CompletedTask;
        await using var session = await archive.SessionAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => session.PassAsync(archive.Whole, new PassOptions(), CancellationToken.None));
    }

    [Fact]
    public async Task PassAsync_StreamFails_IsTheCallersFailure()
    {
        await using var archive = new Archive();
        ArchiveItem[] items = [new ArchiveItem.Streamed("x"u8.ToArray(), _ => throw new InvalidDataException("cut"), default)];
        await Should.ThrowAsync<InvalidDataException>(() => archive.PassAsync(items: items));
    }

    [Fact]
    public async Task PassAsync_Cancelled_EndsAndNextSessionWorks()
    {
        await using var archive = new Archive { Folder = InMemory() };
        for (var i = 0; i < 60; i++)
        {
            File.WriteAllBytes(archive.Folder.At($"{i}"), Noise(1 << 20, i));
        }

        using var cancel = new CancellationTokenSource();
        archive.Backend.BeforeAsync = async (call, token) =>
        {
            if (call.File.Kind == FileKind.Pack)
            {
                await cancel.CancelAsync();
                token.ThrowIfCancellationRequested();
            }
        };
        await Should.ThrowAsync<OperationCanceledException>(() => archive.PassAsync(cancellationToken: cancel.Token));
        archive.Backend.BeforeAsync = null;
        await archive.AssertKeptAsync((await archive.PassAsync()).Tree);
    }

    private static async Task<Archive> WorldAsync()
    {
        var archive = new Archive();
        foreach (var folder in (string[])["d0", "d1", "d2/sub"])
        {
            Directory.CreateDirectory(archive.Folder.At(folder));
            for (var i = 0; i < 10; i++)
            {
                await File.WriteAllTextAsync(archive.Folder.At($"{folder}/f{i}"), $"{folder} {i}");
            }
        }

        return archive;
    }

    private static async Task<TreeId> WithOtherDeviceAsync(Archive archive, TreeId id)
    {
        await using var writer = new BlobWriter(archive.Made.Open, await archive.IndexAsync(), 1);
        var lane = writer.OpenLane(BlobKind.Tree);
        var changed = await ChangeAsync(id);
        await writer.FlushAsync(CancellationToken.None);
        return changed;

        async Task<TreeId> ChangeAsync(TreeId tree)
        {
            List<Node> nodes = [];
            foreach (var node in (await archive.TreeAsync(tree)).Nodes)
            {
                var subtree = node.Subtree is { } below ? await ChangeAsync(below) : (TreeId?)null;
                nodes.Add(new Node
                {
                    Name = node.Name,
                    Type = node.Type,
                    Permissions = node.Permissions,
                    ModifiedAt = node.ModifiedAt,
                    AccessedAt = node.AccessedAt,
                    ChangedAt = node.ChangedAt,
                    UserId = node.UserId,
                    GroupId = node.GroupId,
                    User = node.User,
                    Group = node.Group,
                    Inode = node.Inode,
                    DeviceId = node.DeviceId + 1,
                    Size = node.Size,
                    Links = node.Links,
                    Content = node.Content,
                    Subtree = subtree,
                });
            }

            var json = new TreeWriter().Write(nodes).ToArray();
            await lane.WriteAsync(new BlobId(ObjectId.Hash(json)), json, CancellationToken.None);
            return new TreeId(ObjectId.Hash(json));
        }
    }
}
