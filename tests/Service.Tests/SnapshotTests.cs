using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class SnapshotTests
{
    private const string Id = "00000000aaaaaaaa";
    private const string Other = "00000000bbbbbbbb";

    [Fact]
    public async Task Verify_RepositoryFailsInTheMiddle_Ends()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();

        // More pieces than are handed over before somebody has to take them.
        await bench.ShellAsync(game, "mkdir /data/many && for i in $(seq 600); do dd if=/dev/urandom of=/data/many/$i bs=4096 count=1 2>/dev/null; done");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        foreach (var pack in new DirectoryInfo(Path.Combine(bench.Root, "sb-data", "repository", "data")).GetFiles("*", SearchOption.AllDirectories).Where(pack => pack.Length > 300_000))
        {
            // Neither gone nor damaged: what is there can't be read at all.
            pack.Delete();
            Directory.CreateDirectory(pack.FullName);
        }

        var ended = await bench.Operations.RunAsync(new VerifySnapshot(snapshot.Id), new Requester("terminal:test"), null, ServiceBench.Cancel)
            .WaitAsync(TimeSpan.FromSeconds(60), ServiceBench.Cancel);

        ended.ShouldNotBeOfType<OperationResult<VerifySnapshotOutcome>.Cancelled>();
        (ended is OperationResult<VerifySnapshotOutcome>.Ended { Outcome: VerifySnapshotOutcome.Good }).ShouldBeFalse();
    }

    [Fact]
    public async Task Change_SeveralAtOnceWhileOthersLook_LosesNeitherTheSnapshotNorAChange()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        for (var round = 0; round < 15; round++)
        {
            using var stop = new CancellationTokenSource();
            var looking = LookAsync(stop.Token);
            await Task.WhenAll(
                bench.RunAsync(new LockSnapshot(snapshot.Id)), bench.RunAsync(new NoteSnapshot(snapshot.Id, $"note {round}")),
                bench.RunAsync(new RenameSnapshot(snapshot.Id, $"name {round}")));
            await stop.CancelAsync();
            await looking;

            var now = (await bench.Snapshots.ListAsync(new SnapshotFilter { Server = server.Id }, ServiceBench.Cancel)).Snapshots.ShouldHaveSingleItem();
            (now.Locked, now.Name, now.Note).ShouldBe((true, $"name {round}", $"note {round}"));
            Directory.GetFiles(Path.Combine(bench.Root, "sb-data", "repository", "snapshots")).Length.ShouldBeLessThanOrEqualTo(2);
            await bench.RunAsync(new UnlockSnapshot(snapshot.Id));
        }

        async Task LookAsync(CancellationToken cancellationToken)
        {
            while (!cancellationToken.IsCancellationRequested)
                await bench.Snapshots.ListAsync(new SnapshotFilter { Server = server.Id }, ServiceBench.Cancel);
        }
    }

    [Fact]
    public async Task Delete_Locked_IsRefusedUntilUnlocked()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "one");
        var locked = (await bench.RunAsync(new LockSnapshot(snapshot.Id))).ShouldBeOfType<ChangeSnapshotOutcome.Changed>().Snapshot;

        var refused = (await bench.RunAsync(new DeleteSnapshot(snapshot.Id))).ShouldBeOfType<DeleteSnapshotOutcome.Refused>().Refusal;
        var unlocked = await bench.RunAsync(new UnlockSnapshot(snapshot.Id));
        var deleted = await bench.RunAsync(new DeleteSnapshot(snapshot.Id));

        locked.Locked.ShouldBeTrue();
        locked.Id.ShouldBe(snapshot.Id);
        locked.ResticId.ShouldNotBe(snapshot.ResticId);
        refused.ShouldBeOfType<Refusal.SnapshotLocked>().Class.ShouldBe(EndingClass.Refused);
        unlocked.ShouldBeOfType<ChangeSnapshotOutcome.Changed>();
        deleted.ShouldBeOfType<DeleteSnapshotOutcome.Deleted>();
        (await bench.Get<SnapshotReads>().ListAsync(new SnapshotFilter(), DataBench.Cancel)).Snapshots.ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_LockedWhileItWaitsForItsTurn_IsRefused()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "one");
        Task<DeleteSnapshotOutcome> deleting;
        using (await bench.Get<SnapshotEditor>().TakeTurnAsync(DataBench.Cancel))
        {
            deleting = bench.RunAsync(new DeleteSnapshot(snapshot.Id));
            await LocksAsync(bench, deleting);
            await LockBehindTheViewAsync(bench);
        }

        (await deleting).ShouldBeOfType<DeleteSnapshotOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.SnapshotLocked>();
        (await bench.FindAsync(Id)).Locked.ShouldBeTrue();
    }

    [Fact]
    public async Task Rename_ThenNote_KeepsIdGradeAndTime()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "one");

        await bench.RunAsync(new RenameSnapshot(snapshot.Id, "@everyone 🐉/..\\x"));
        await bench.RunAsync(new NoteSnapshot(snapshot.Id, "first line\nsecond"));
        var same = await bench.RunAsync(new NoteSnapshot(snapshot.Id, "first line\nsecond"));

        var found = await bench.FindAsync("Survival/@everyone 🐉/..\\x");
        found.Id.ShouldBe(snapshot.Id);
        found.Note.ShouldBe("first line\nsecond");
        found.Grade.ShouldBe(ConsistencyGrade.Frozen);
        found.CreatedAt.ShouldBe(snapshot.CreatedAt);
        found.Freeze.ShouldBe(TimeSpan.FromMilliseconds(12.5));
        same.ShouldBeOfType<ChangeSnapshotOutcome.Unchanged>();
    }

    [Fact]
    public async Task Find_AmbiguousNameOrPrefix_ListsTheCandidates()
    {
        await using var bench = new DataBench();
        await bench.CommitAsync(Id, "same");
        await bench.CommitAsync(Other, "same");
        var reads = bench.Get<SnapshotReads>();

        var byName = (await reads.FindAsync("Survival/same", DataBench.Cancel)).ShouldBeOfType<SnapshotFound.Refused>().Refusal;
        var byPrefix = (await reads.FindAsync("00000000", DataBench.Cancel)).ShouldBeOfType<SnapshotFound.Refused>().Refusal;

        byName.ShouldBeOfType<Refusal.SnapshotAmbiguous>().Candidates.Select(one => one.Id).Order().ShouldBe([Id, Other]);
        byPrefix.ShouldBeOfType<Refusal.SnapshotAmbiguous>().Class.ShouldBe(EndingClass.BadInput);
        (await bench.FindAsync("00000000a")).Id.Value.ShouldBe(Id);
        (await reads.FindAsync("Survival/none", DataBench.Cancel)).ShouldBeOfType<SnapshotFound.Refused>().Refusal.Class.ShouldBe(EndingClass.NotFound);
    }

    [Fact]
    public async Task List_FileDeletedAndAddedByOthers_FollowsTheRepository()
    {
        await using var bench = new DataBench();
        var gone = await bench.CommitAsync(Id, "one");
        await bench.CommitAsync(Other, "two");
        await using (var session = await bench.Get<RepositoryAccess>().WriteAsync(DataBench.Cancel))
        {
            await session.Files.DeleteAsync(new SnapshotFileId(ObjectId.Parse(gone.ResticId)), DataBench.Cancel);

            // Somebody else's snapshot in the same repository is theirs.
            var file = (await session.Files.LoadAllAsync(DataBench.Cancel))[0].File;
            await session.Files.SaveAsync(file with { Tags = ["home"], Hostname = "laptop" }, DataBench.Cancel);
        }

        var listed = await bench.Get<SnapshotReads>().ListAsync(new SnapshotFilter(), DataBench.Cancel);

        listed.Snapshots.ShouldHaveSingleItem().Id.Value.ShouldBe(Other);
    }

    [Fact]
    public async Task List_TwinsOfACutOffChange_ShowsTheLaterAndTheNextChangeClearsUp()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "old name");
        await using (var session = await bench.Get<RepositoryAccess>().WriteAsync(DataBench.Cancel))
        {
            var file = (await session.Files.LoadAllAsync(DataBench.Cancel))[0].File;
            var renamed = SnapshotTags.Read(file)! with { Name = "new name", Revision = 1 };
            await session.Files.SaveAsync(file with { Tags = renamed.Write(), Original = snapshot.ResticId }, DataBench.Cancel);
        }

        var shown = await bench.FindAsync(Id);
        await bench.RunAsync(new LockSnapshot(snapshot.Id));

        shown.Name.ShouldBe("new name");
        await using var after = await bench.Get<RepositoryAccess>().ReadAsync(DataBench.Cancel);
        var left = (await after.Files.LoadAllAsync(DataBench.Cancel)).ShouldHaveSingleItem();
        left.File.AllTags.ShouldContain("locked");
        left.File.AllTags.ShouldContain("name=new name");
    }

    [Fact]
    public async Task Rebuild_LostCatalog_BringsServersAndSnapshotsBack()
    {
        await using var bench = new DataBench();
        await bench.CommitAsync(Id, "one");
        await bench.CommitAsync(Other, "two", new ServerId("s-ffffffffffff"), serverName: "Creative");

        var data = Path.Combine(bench.Root, "sb-data");
        var copy = Path.Combine(bench.Root, "copy");
        Directory.CreateDirectory(Path.Combine(copy, "sb-data"));
        Directory.Move(Path.Combine(data, "repository"), Path.Combine(copy, "sb-data", "repository"));
        File.Copy(Path.Combine(data, "repository-password"), Path.Combine(copy, "sb-data", "repository-password"));
        await using var anew = new DataBench(root: copy);

        var rebuilt = await anew.RunAsync(new RebuildCatalog());

        rebuilt.ShouldBe(new RebuildCatalogOutcome(2, 2));
        (await anew.Get<ServerReads>().ListAsync(DataBench.Cancel)).Select(server => server.Name).ShouldBe(["Creative", "Survival"]);
    }

    [Fact]
    public async Task Verify_GoodThenDamaged_MarksThenNamesTheFile()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "one");
        var good = (await bench.RunAsync(new VerifySnapshot(snapshot.Id))).ShouldBeOfType<VerifySnapshotOutcome.Good>();
        var pack = Directory.EnumerateFiles(Path.Combine(bench.Root, "sb-data", "repository", "data"), "*", SearchOption.AllDirectories)
            .OrderBy(path => new FileInfo(path).Length).First();
        File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = await File.ReadAllBytesAsync(pack, DataBench.Cancel);
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, DataBench.Cancel);

        var damaged = await bench.Operations.RunAsync(new VerifySnapshot(snapshot.Id), new Requester("terminal:test"), null, DataBench.Cancel);

        good.Snapshot.VerifiedAt.ShouldNotBeNull();
        good.Blobs.ShouldBeGreaterThan(2);
        damaged.ShouldBeOfType<OperationResult<VerifySnapshotOutcome>.Ended>().Outcome.ShouldBeOfType<VerifySnapshotOutcome.Damaged>()
            .Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Compare_FolderThatCannotBeRead_SaysSoInsteadOfNothing()
    {
        await using var bench = new DataBench();
        var first = await bench.CommitAsync(Id, "one", content: "before", path: "region/r");
        var second = await bench.CommitAsync(Other, "two", content: "after", path: "region/r");
        await using (var session = await bench.Get<RepositoryAccess>().ReadAsync(DataBench.Cancel))
        {
            var trees = await session.TreesAsync(DataBench.Cancel);
            var node = await trees.FindAsync(bench.Get<SnapshotStore>().Tree(second.Id), "mounts/01-data/region"u8.ToArray(), DataBench.Cancel);
            (await session.IndexAsync(DataBench.Cancel)).TryFind(node!.Subtree!.Value.Blob, BlobKind.Tree, out var at).ShouldBeTrue();
            var pack = Directory.EnumerateFiles(Path.Combine(bench.Root, "sb-data", "repository", "data"), at.Pack.ToString(), SearchOption.AllDirectories).Single();
            File.SetUnixFileMode(pack, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            var bytes = await File.ReadAllBytesAsync(pack, DataBench.Cancel);
            bytes[at.Offset] ^= 1;
            await File.WriteAllBytesAsync(pack, bytes, DataBench.Cancel);
        }

        var comparison = bench.Get<Restore.SnapshotComparison>();

        await Should.ThrowAsync<RepositoryDamagedException>(() => comparison.CompareAsync(first.Id, second.Id, null, DataBench.Cancel));
        await Should.ThrowAsync<RepositoryDamagedException>(() => comparison.CompareAsync(first.Id, second.Id, "/data/region/r", DataBench.Cancel));
        (await comparison.CompareAsync(first.Id, second.Id, "/data/else", DataBench.Cancel)).ShouldBeOfType<SnapshotDiff.Difference>().Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Read_Repository_IsLockedMeanwhileAndHonoursWhoIsAlone()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "one");
        var browser = bench.Get<SnapshotBrowser>();
        var locks = Path.Combine(bench.Root, "sb-data", "repository", "locks");
        var held = 0;

        await browser.GetAsync(
            snapshot.Id, "/data/level.dat",
            _ =>
            {
                held = Directory.GetFiles(locks).Length;
                return Stream.Null;
            },
            DataBench.Cancel);

        held.ShouldBe(1);
        Directory.GetFiles(locks).ShouldBeEmpty();
        await using (await bench.Get<RepositoryAccess>().AloneAsync(DataBench.Cancel))
        {
            await Should.ThrowAsync<RepositoryLockedException>(() => browser.ListAsync(snapshot.Id, "/data", DataBench.Cancel));

            // What is known is told all the same.
            await bench.Get<SnapshotView>().EmptyAsync(DataBench.Cancel);
            (await bench.Get<SnapshotReads>().ListAsync(new SnapshotFilter(), DataBench.Cancel)).Snapshots.ShouldBeEmpty();
        }

        (await bench.FindAsync(Id)).Id.ShouldBe(snapshot.Id);
    }

    [Fact]
    public async Task Get_PathTricks_AreRefusedClearly()
    {
        await using var bench = new DataBench();
        var snapshot = await bench.CommitAsync(Id, "one");
        var browser = bench.Get<SnapshotBrowser>();

        foreach (var path in (string[])["/data/../server.json", "data/level.dat", "/data/./x", "/data/\0", "other:/data/level.dat"])
        {
            (await browser.GetAsync(snapshot.Id, path, _ => Stream.Null, DataBench.Cancel)).ShouldBeOfType<SnapshotFileBytes.Refused>()
                .Refusal.ShouldBeOfType<Refusal.PathRefused>();
        }

        (await browser.GetAsync(snapshot.Id, "/data/none", _ => Stream.Null, DataBench.Cancel)).ShouldBeOfType<SnapshotFileBytes.Refused>()
            .Refusal.Class.ShouldBe(EndingClass.NotFound);
        using var content = new MemoryStream();
        await browser.GetAsync(snapshot.Id, "/data/level.dat", _ => content, DataBench.Cancel);
        content.ToArray().ShouldBe("world"u8.ToArray());
        (await browser.ListAsync(snapshot.Id, "/", DataBench.Cancel)).ShouldBeOfType<SnapshotListing.Entries>().Items.ShouldHaveSingleItem().Path.ShouldBe("/data");
    }

    /// <summary>Until an operation holds a lock on the repository: it is at work.</summary>
    private static async Task LocksAsync(DataBench bench, Task operation)
    {
        var locks = Path.Combine(bench.Root, "sb-data", "repository", "locks");
        while (Directory.GetFiles(locks).Length == 0)
        {
            operation.IsCompleted.ShouldBeFalse();
            await Task.Yield();
        }
    }

    private static async Task LockBehindTheViewAsync(DataBench bench)
    {
        await using var session = await bench.Get<RepositoryAccess>().ReadAsync(DataBench.Cancel);
        var there = (await session.Files.LoadAllAsync(DataBench.Cancel)).ShouldHaveSingleItem();
        await session.Files.ReplaceAsync(there, there.File with { Tags = (SnapshotTags.Read(there.File)! with { IsLocked = true, Revision = 1 }).Write() }, DataBench.Cancel);
    }
}
