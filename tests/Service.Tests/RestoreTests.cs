using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class RestoreTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_WorldAndLayerDiffer_IsIdenticalInTheSameContainer(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = await WorldPrint.TakeAsync(bench, game, GameWorld.Tops);
        await GameWorld.DestroyAsync(bench, game);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        (await WorldPrint.TakeAsync(bench, game, GameWorld.Tops)).ShouldBe(before);
        var now = await bench.InspectAsync(game);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.UnlessStopped);
        restored.Recreated.ShouldBeEmpty();
        restored.Downtime.ShouldBeGreaterThan(TimeSpan.Zero);
        restored.SafetySnapshot.ShouldNotBeNull();
        (await CaptureTests.ReadAsync(bench, restored.SafetySnapshot.Value, "/data/bad")).ShouldBe("bad\n");
        (await bench.ShellAsync(game, "cat /game/mods/three.jar; ls /game/mods")).ShouldBe("three\nthree.jar\n");
        Leftovers(bench).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_ContainerAndVolumeGone_MakesThemAnew(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Environment = ["MODE=hard"],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["who"] = "me" },
            MemoryBytes = 64 << 20,
        });
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = await WorldPrint.TakeAsync(bench, game, GameWorld.Tops);
        var old = await bench.InspectAsync(game);
        await LoseAsync(bench, game);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        restored.Recreated.ShouldBe([old.Name]);
        var found = (await bench.Engine.Engine.Containers.FindAsync(old.Name, ServiceBench.Cancel)).ShouldBeOfType<ContainerLookup.Found>();
        var now = await bench.InspectAsync(found.Container.Id);
        now.State.IsRunning.ShouldBeTrue();
        now.Definition.IsSameAs(old.Definition).ShouldBeTrue();
        (await WorldPrint.TakeAsync(bench, now.Id, GameWorld.Tops)).ShouldBe(before);
    }

    [Theory]
    [InlineData("cancelled")]
    [InlineData("killed")]
    public async Task Restore_ToOtherFoldersThatAreNotThere_TakesThemAwayAgainWhenItIsNotDone(string ending)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(game, AnonymousVolumes.Keep, ServiceBench.Cancel);
        var (old, made) = (Path.Combine(bench.Root, "conf"), Path.Combine(bench.Root, "new", "deep", "conf"));
        Directory.CreateDirectory(Path.Combine(bench.Root, "kept"));

        var seen = false;
        if (ending == "killed")
        {
            await KilledProgram.KillOnceAsync(bench, () => seen = Directory.Exists(made), "snapshot", "restore", snapshot.Id.Value, "--yes", "--json", "--map", $"{old}={made}/");
            (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldHaveSingleItem();
        }
        else
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(ServiceBench.Cancel);
            var at = new FirstWeek.AtStep("stage", () =>
            {
                seen = Directory.Exists(made);
                return cancel.CancelAsync();
            });
            var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Maps = [new PathMap(old, made + "/")] };
            (await bench.Operations.RunAsync(request, new Operations.Requester("terminal:test"), at, cancel.Token)).ShouldBeOfType<Operations.OperationResult<RestoreOutcome>.Cancelled>();
        }

        seen.ShouldBeTrue();
        Directory.EnumerateDirectories(bench.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["conf", "kept", "sb-data"]);
    }

    [Fact]
    public async Task Restore_StoppedServer_StaysStopped()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await GameWorld.DestroyAsync(bench, game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        restored.Downtime.ShouldBe(TimeSpan.Zero);
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeFalse();
        await bench.Engine.Engine.Containers.StartAsync(game, ServiceBench.Cancel);
        (await bench.ShellAsync(game, "cat /data/keep /game/new.txt")).ShouldBe("keep\nadded\n");
    }

    [Fact]
    public async Task Restore_DefinitionDiffers_RecreatesUnderTheSameName()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { Environment = ["MODE=hard"] });
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var old = await bench.InspectAsync(game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(game, AnonymousVolumes.Remove, ServiceBench.Cancel);
        var other = await bench.StartGameAsync(change: one => one with { Environment = ["MODE=easy"] });
        await bench.ShellAsync(other, "echo mine > /data/later");

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        restored.Recreated.ShouldBe([old.Name]);
        var all = (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).Where(one => one.Name.StartsWith(old.Name, StringComparison.Ordinal)).ToList();
        var now = await bench.InspectAsync(all.ShouldHaveSingleItem().Id);
        now.Environment.ShouldContain("MODE=hard");
        now.Id.ShouldNotBe(other);
        (await bench.ShellAsync(now.Id, "cat /data/keep /game/new.txt; ls /data/later 2>/dev/null || echo gone")).ShouldBe("keep\nadded\ngone\n");
    }

    [Fact]
    public async Task Restore_SnapshotCouldNotReadFiles_LeavesThemAndSaysSoBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region /data/players && echo old > /data/world");
        var server = await bench.AddServerAsync("Survival", game);
        await bench.SnapshotAsync(server.Id);
        var snapshot = await CommitWithoutAsync(bench, server, ["DATA/region/r.0.0.mca", "DATA/players/locked", "/containers/elsewhere/layer/x"]);
        await bench.ShellAsync(game, "echo new > /data/world && echo now > /data/region/r.0.0.mca && echo now > /data/region/r.0.1.mca && mkdir /data/players/locked && echo now > /data/players/locked/anna");
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var restored = await RestoreAsync(bench, server, snapshot);

        cost.Unread.Order(StringComparer.Ordinal).ShouldBe(["/data/players/locked", "/data/region/r.0.0.mca"]);
        cost.Removed.ShouldBe(["/data/region/r.0.1.mca"]);
        restored.FilesRemoved.ShouldBe(cost.FilesRemoved);
        (await bench.ShellAsync(game, "cat /data/world /data/players/locked/anna; ls /data/region")).ShouldBe("old\nnow\nr.0.0.mca\n");
    }

    [Fact]
    public async Task Restore_TwoMountsTogetherDoNotFit_IsRefusedWithWhatBothNeedAndStopsNobody()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await using var disk = await SmallDisk.MountAsync(Path.Combine(bench.Root, "disk"), 64);
        string[] folders = ["a", "b"];
        foreach (var folder in folders)
            Directory.CreateDirectory(Path.Combine(disk.Folder, folder));
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [.. folders.Select(folder => BlueprintMount.Bind(Path.Combine(disk.Folder, folder), "/" + folder))] });
        await bench.ShellAsync(game, "for i in a b; do dd if=/dev/urandom of=/$i/world bs=1048576 count=11; done");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "for i in a b; do echo small > /$i/world; done; dd if=/dev/zero of=/a/since bs=1048576 count=33");
        var since = (await bench.InspectAsync(game)).State.StartedAt;

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        var room = outcome.ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.NoSpace>();
        room.Needed.ShouldBe(22 << 20);
        (room.Free - (11 << 20)).ShouldBeGreaterThan(room.Reserve, "each alone would have fitted");
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(since);
        (await bench.ShellAsync(game, "cat /a/world /b/world")).ShouldBe("small\nsmall\n");
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_NothingDiffers_SaysSoAndStopsNobody()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var since = (await bench.InspectAsync(game)).State.StartedAt;

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.NothingDiffers>();
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(since);
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_OwnFoldersLieInAMount_StayAsTheyAre()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Bind(bench.Root, "/srv")] });
        await bench.ShellAsync(game, "echo old > /srv/world");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /srv/world && echo since > /srv/since");

        var cost = (await bench.Get<RestorePreview>().CostAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, ServiceBench.Cancel))
            .ShouldBeOfType<RestoreCost.Cost>();
        (cost.FilesReplaced, cost.FilesRemoved).ShouldBe((1L, 1L));
        await RestoreAsync(bench, server, snapshot.Id);

        (await bench.ShellAsync(game, "cat /srv/world; ls /srv")).ShouldBe("old\nconf\nsb-data\nworld\n");
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/srv/world")).ShouldBe("old\n");
        (await bench.SnapshotAsync(server.Id)).Id.ShouldNotBe(snapshot.Id);
    }

    [Theory]
    [InlineData(TestEngine.Old, false)]
    [InlineData(TestEngine.Old, true)]
    [InlineData(TestEngine.New, false)]
    [InlineData(TestEngine.New, true)]
    public async Task Restore_TwoContainersShareAVolume_BothAreRestoredAsOne(string engine, bool gone)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync("game");
        var map = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/srv/world")] }, "map", ServiceBench.Cancel);
        await GameWorld.MakeAsync(bench, game);
        await GameWorld.MakeLayerAsync(bench, map);
        await bench.ShellAsync(map, "echo tiles > /srv/world/tiles");
        var server = await bench.AddServerAsync("Survival", game, map);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = (await WorldPrint.TakeAsync(bench, game, GameWorld.Tops), await WorldPrint.TakeAsync(bench, map, "/srv/world", "/game", "/bin"));
        await GameWorld.DestroyAsync(bench, game);
        await GameWorld.DestroyLayerAsync(bench, map);
        if (gone)
            await LoseAsync(bench, game, map);

        var restored = await RestoreAsync(bench, server, snapshot.Id);

        string[] names = [bench.Engine.Name("game").Value, bench.Engine.Name("map").Value];
        restored.Recreated.ShouldBe(gone ? names : [], ignoreOrder: true);
        var now = (await bench.Engine.Engine.Containers.ListAsync(ServiceBench.Cancel)).ToDictionary(one => one.Name, one => one.Id, StringComparer.Ordinal);
        (await WorldPrint.TakeAsync(bench, now[names[0]], GameWorld.Tops)).ShouldBe(before.Item1);
        (await WorldPrint.TakeAsync(bench, now[names[1]], "/srv/world", "/game", "/bin")).ShouldBe(before.Item2);
        (await CaptureTests.ReadAsync(bench, snapshot.Id, names[1] + ":/srv/world/tiles")).ShouldBe("tiles\n");
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_OnlyAPath_LeavesTheRest()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await GameWorld.DestroyAsync(bench, game);

        await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Paths = ["/data/region"] });

        (await bench.ShellAsync(game, "cat /data/region/r.0.0.mca /data/keep /data/bad")).ShouldBe("world\ngriefed\nbad\n");
    }

    [Fact]
    public async Task Cost_OfChanges_CountsWhatTheRestoreThenDoesAndChangesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "mkdir /data/region && echo a > /data/a && echo b > /data/b && echo c > /data/c && echo e > /data/region/e && mkdir -p /data/lost/deep && echo g > /data/lost/deep/g");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm -r /data/a /data/lost && echo changed > /data/b && echo d > /data/d && touch /data/region/f && rm /data/region/f && touch /data/region/e");

        var cost = await bench.Get<RestorePreview>().CostAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, ServiceBench.Cancel);

        var counts = cost.ShouldBeOfType<RestoreCost.Cost>();
        counts.FilesAdded.ShouldBe(4, "a file, and a folder with what was in it");
        counts.FilesRemoved.ShouldBe(1);
        counts.FilesReplaced.ShouldBe(3, "a file, and the times of a file and of its folder");
        counts.Recreate.ShouldBeEmpty();
        counts.Stops.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/b /data/d")).ShouldBe("changed\nd\n");
        var done = await RestoreAsync(bench, server, snapshot.Id);
        (done.FilesAdded, done.FilesReplaced, done.FilesRemoved).ShouldBe((counts.FilesAdded, counts.FilesReplaced, counts.FilesRemoved));
    }

    private static async Task<RestoreOutcome.Restored> RestoreAsync(ServiceBench bench, ServerInfo server, SnapshotId snapshot) =>
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot })).ShouldBeOfType<RestoreOutcome.Restored>();

    /// <summary>Containers, their volume and the folder that is mounted: gone.</summary>
    private static async Task LoseAsync(ServiceBench bench, params ContainerId[] containers)
    {
        foreach (var container in containers)
        {
            await bench.Engine.Engine.Containers.StopAsync(container, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
            await bench.Engine.Engine.Containers.RemoveAsync(container, AnonymousVolumes.Remove, ServiceBench.Cancel);
        }

        await bench.Engine.Engine.Volumes.RemoveAsync(bench.Engine.Name("world"), ServiceBench.Cancel);
        Directory.Delete(Path.Combine(bench.Root, "conf"), recursive: true);
    }

    /// <summary>Commits the newest snapshot once more, as if these paths of it had been there and could not be read.</summary>
    private static async Task<SnapshotId> CommitWithoutAsync(ServiceBench bench, ServerInfo server, IReadOnlyList<string> paths)
    {
        await using var session = await bench.Get<RepositoryAccess>().WriteAsync(ServiceBench.Cancel);
        var root = bench.Get<SnapshotStore>().Tree(bench.Get<SnapshotStore>().Newest(server.Id).ShouldNotBeNull().Id);
        var document = await SnapshotDocuments.ReadAsync(session, root, ServiceBench.Cancel);

        // An engine names a container's mounts in any order, and so their folders are numbered.
        var data = "/" + document.Mounts.Single(mount => mount.Uses.Any(use => use.Target == "/data")).Folder;
        document = document with
        {
            Warnings = [.. paths.Select(path => new SnapshotWarning("unreadable", path.Replace("DATA", data, StringComparison.Ordinal), "the disk failed"))],
        };
        var folders = (await (await session.TreesAsync(ServiceBench.Cancel)).LoadAsync(root, ServiceBench.Cancel)).Nodes.Where(node => node.Subtree is not null);
        await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(ServiceBench.Cancel), AccountNames.Read());
        await archive.PassAsync([.. folders.Select(node => new ArchiveItem.Kept(node.Name, node.Subtree!.Value))], new PassOptions(), ServiceBench.Cancel);
        var tags = new SnapshotTags { Id = new SnapshotId("0123456789abcdef"), Name = "unread", Reason = "manual" };
        var draft = new SnapshotFile { Time = DateTimeOffset.UtcNow, Tree = "", Paths = ["/"], Hostname = server.Id.Value, Tags = tags.Write() };
        await archive.CommitAsync(draft, [new ArchiveItem.Content("server.json"u8.ToArray(), SnapshotLayout.Write(document), UnixTime.From(DateTimeOffset.UtcNow))], ServiceBench.Cancel);
        await bench.Get<SnapshotView>().SyncAsync(session, ServiceBench.Cancel);
        return tags.Id;
    }

    private static IEnumerable<string> Leftovers(ServiceBench bench) =>
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories);
}
