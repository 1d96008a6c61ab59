using System.Security.Cryptography;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class MountTests
{
    [Fact]
    public void IsTimeless_LinkLeadsToAnotherFileSystem_AsksThatOne()
    {
        var disk = TestFolder.Make();
        var there = Directory.CreateDirectory("/dev/shm/" + Path.GetFileName(disk)).FullName;
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(disk, "link"), there);
            File.WriteAllText(Path.Combine(there, "file"), "");
            var mounts = new HostFiles(new ServiceOptions { DataFolder = disk }).Mounts();

            mounts.IsTimeless(disk).ShouldBeFalse();
            mounts.IsTimeless(there).ShouldBeTrue();
            mounts.IsTimeless(Path.Combine(disk, "link")).ShouldBeTrue();
            mounts.IsTimeless(Path.Combine(disk, "link", "file")).ShouldBeTrue();
        }
        finally
        {
            TestFolder.Remove(disk);
            TestFolder.Remove(there);
        }
    }

    [Theory]
    [InlineData("/dev/shm", ContentProof.Reading)]
    [InlineData("/etc", ContentProof.Status)]
    public void ComparisonOf_WhereTimesProveNothing_ReadsContents(string livePath, ContentProof proof)
    {
        var document = new ServerDocument
        {
            Schema = 1,
            Writer = "test",
            Server = new DocumentServer("s", "S", null, null, []),
            CreatedBy = "test",
            Grade = ConsistencyGrade.Live,
            Containers = [],
            Mounts = [],
        };
        var mounts = new HostFiles(new ServiceOptions { DataFolder = "/data" }).Mounts();

        LiveContent.ComparisonOf(document, "mounts/01-data", livePath, mounts).ContentProof.ShouldBe(proof);
    }

    [Fact]
    public void IsOverlayUpper_BotRunsInAContainer_ComparesTheHostsOwnNames()
    {
        var table = MountTable.Parse("92 27 0:51 / /host/var/lib/docker/merged rw - overlay overlay rw,lowerdir=/l/A,upperdir=/var/lib/docker/x/diff,workdir=/x/work\n"u8);
        var mounts = new HostMounts(table, new HostFiles(new ServiceOptions { DataFolder = "/data", HostRoot = "/host" }), "/host");

        mounts.IsOverlayUpper("/var/lib/docker/x/diff").ShouldBeTrue();
        mounts.IsOverlayUpper("/var/lib/docker/y/diff").ShouldBeFalse();
        mounts.IsMountPoint("/var/lib/docker/merged").ShouldBeTrue();
    }

    [Fact]
    public async Task Create_UnusualMounts_CapturesEachOnceAndRecordsTheRest()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        Directory.CreateDirectory(Path.Combine(bench.Root, "nested"));
        Directory.CreateDirectory(Path.Combine(bench.Root, "manual"));
        await File.WriteAllTextAsync(Path.Combine(bench.Root, "nested", "inner"), "inner", ServiceBench.Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Root, "ops.json"), "[]", ServiceBench.Cancel);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts =
            [
                .. one.Mounts,
                BlueprintMount.Bind(Path.Combine(bench.Root, "nested"), "/data/nested"),
                BlueprintMount.Bind(Path.Combine(bench.Root, "ops.json"), "/game/ops.json"),
                new BlueprintMount(MountKind.Bind, Path.Combine(bench.Root, "manual"), "/manual", MountAccess.ReadOnly),
                new BlueprintMount(MountKind.TemporaryFileSystem, "", "/scratch", MountAccess.ReadWrite),
                BlueprintMount.Bind("/etc/hostname", "/etc/outside"),
            ],
        });
        await bench.ShellAsync(game, "echo outer > /data/outer");
        var server = await bench.AddServerAsync("Survival", game);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Warnings.ShouldBeEmpty();
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/data/nested/inner")).ShouldBe("inner");
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/data/outer")).ShouldBe("outer\n");
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/game/ops.json")).ShouldBe("[]");
        var mounts = (await bench.Snapshots.InfoAsync(snapshot, ServiceBench.Cancel)).Mounts.ToDictionary(mount => mount.Target, StringComparer.Ordinal);
        mounts["/manual"].LeftOut.ShouldBe("read-only");
        mounts["/scratch"].LeftOut.ShouldBe("tmpfs");
        mounts["/etc/outside"].LeftOut.ShouldBe("system-file");
        mounts.Values.Where(mount => mount.Folder is not null).Select(mount => mount.Folder).Distinct().Count().ShouldBe(4);
        var listing = (await bench.Browser.ListAsync(snapshot.Id, "/data", ServiceBench.Cancel)).ShouldBeOfType<SnapshotListing.Entries>();
        listing.Items.Select(entry => entry.Path).ShouldBe(["/data/nested", "/data/outer"]);
    }

    [Fact]
    public async Task Restore_FileMountedByItself_IsPutBack()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var file = Path.Combine(bench.Root, "ops.json");
        await File.WriteAllTextAsync(file, "[\"me\"]", ServiceBench.Cancel);
        await File.WriteAllTextAsync(Path.Combine(bench.Root, "neighbour"), "mine", ServiceBench.Cancel);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Bind(file, "/game/ops.json")] });
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo broken > /game/ops.json");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await bench.ShellAsync(game, "cat /game/ops.json")).ShouldBe("[\"me\"]");
        (await File.ReadAllTextAsync(Path.Combine(bench.Root, "neighbour"), ServiceBench.Cancel)).ShouldBe("mine");
    }

    [Fact]
    public async Task Compare_FileMountedByItselfAndNamesLikeOurs_AreToldAndPutBack()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var file = Path.Combine(bench.Root, "ops.json");
        await File.WriteAllTextAsync(file, "[]", ServiceBench.Cancel);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [.. one.Mounts, BlueprintMount.Bind(file, "/ops.json")] });
        await bench.ShellAsync(game, "echo mine > /data/.snapshotbot-notes");
        var server = await bench.AddServerAsync("Survival", game);
        var first = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo broken > /ops.json; rm /data/.snapshotbot-notes; echo since > /data/.snapshotbot-later");
        var comparison = bench.Get<SnapshotComparison>();

        var now = await comparison.CompareWithNowAsync(first, null, ServiceBench.Cancel);
        var second = await bench.SnapshotAsync(server.Id);
        var between = await comparison.CompareAsync(first.Id, second.Id, null, ServiceBench.Cancel);
        var restored = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = first.Id });

        foreach (var diff in (SnapshotDiff[])[now, between])
        {
            diff.ShouldBeOfType<SnapshotDiff.Difference>().Entries.Select(entry => (entry.Path, entry.Change)).ShouldBe(
                [("/data/.snapshotbot-later", DiffChange.Added), ("/data/.snapshotbot-notes", DiffChange.Removed), ("/ops.json", DiffChange.Changed)]);
        }

        restored.ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.ShellAsync(game, "cat /data/.snapshotbot-*; cat /ops.json")).ShouldBe("mine\n[]");
    }

    [Fact]
    public async Task Create_VolumeThatBindsAFolder_ReadsTheFolderEvenWhenStopped()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var folder = Directory.CreateDirectory(Path.Combine(bench.Root, "bound")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "level"), "bound", ServiceBench.Cancel);
        var definition = $$$"""{"Name":"{{{bench.Engine.Name("bound")}}}","Driver":"local","Options":{"type":"none","o":"bind","device":"{{{folder}}}"}}""";
        await bench.Engine.Engine.Volumes.CreateAsync(VolumeDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(definition)), ServiceBench.Cancel);
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("bound"), "/data")] });
        var server = await bench.AddServerAsync("Survival", game);
        await bench.Engine.Engine.Containers.StopAsync(game, TimeSpan.FromSeconds(5), ServiceBench.Cancel);

        var snapshot = await bench.SnapshotAsync(server.Id);

        snapshot.Grade.ShouldBe(ConsistencyGrade.Stopped);
        snapshot.Freeze.ShouldBeNull();
        (await CaptureTests.ReadAsync(bench, snapshot.Id, "/data/level")).ShouldBe("bound");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_ForeignWriter_LowersTheGradeOrIsFrozenAlong(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        var other = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/sftp")] }, "sftp", ServiceBench.Cancel);
        var server = await bench.AddServerAsync("Survival", game);

        var live = await bench.SnapshotAsync(server.Id);
        var restore = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = live.Id });
        await bench.Get<ServerChanges>().RemoveAsync(server.Id, ServiceBench.Cancel);
        var along = await bench.AddServerAsync(new AddServer { Name = "Along", Containers = [game.Value], ForeignWriters = ForeignWriters.FreezeAlong });
        var frozen = await bench.SnapshotAsync(along.Id);

        live.Grade.ShouldBe(ConsistencyGrade.Live);
        live.Warnings.ShouldHaveSingleItem().Code.ShouldBe("foreign-writer");
        restore.ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ForeignWriter>();
        frozen.Grade.ShouldBe(ConsistencyGrade.Frozen);
        ServiceBench.StandsStill(await bench.InspectAsync(other)).ShouldBeFalse();
    }

    [Fact]
    public async Task Compare_SnapshotWithNowAndWithAnother_TellsTheSame()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo a > /data/a && echo b > /data/b && echo c > /data/c && echo same > /data/touched");
        var server = await bench.AddServerAsync("Survival", game);
        var first = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm /data/a && echo changed > /data/b && echo d > /data/d && chmod 600 /data/c && touch /data/touched && echo l > /game/later");
        var comparison = bench.Get<SnapshotComparison>();

        var now = (await comparison.CompareWithNowAsync(first, null, ServiceBench.Cancel)).ShouldBeOfType<SnapshotDiff.Difference>();
        var second = await bench.SnapshotAsync(server.Id);
        var between = (await comparison.CompareAsync(first.Id, second.Id, null, ServiceBench.Cancel)).ShouldBeOfType<SnapshotDiff.Difference>();
        var only = (await comparison.CompareAsync(first.Id, second.Id, "/data/b", ServiceBench.Cancel)).ShouldBeOfType<SnapshotDiff.Difference>();

        now.Entries.ShouldBe(between.Entries);
        var changes = now.Entries.Where(entry => entry.Type == "file").ToDictionary(entry => entry.Path, entry => entry.Change, StringComparer.Ordinal);
        changes.ShouldBe(
            new Dictionary<string, DiffChange>(StringComparer.Ordinal)
            {
                ["/data/a"] = DiffChange.Removed,
                ["/data/b"] = DiffChange.Changed,
                ["/data/c"] = DiffChange.Metadata,
                ["/data/d"] = DiffChange.Added,
                ["/data/touched"] = DiffChange.Metadata,
                ["/game/later"] = DiffChange.Added,
            },
            ignoreOrder: true);
        only.Entries.ShouldHaveSingleItem().Path.ShouldBe("/data/b");
    }

    /// <summary>Every part of a snapshot, as each restic restores it, is what the host has: volume, bind, layer with whiteouts and opaque folders, image.</summary>
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restic_RestoresTheSameFiles(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync();
        await GameWorld.MakeAsync(bench, game);
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/region/r bs=1024 count=3000");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var details = await bench.InspectAsync(game);
        var image = details.ImageId.ShouldNotBeNull();
        var layer = (await bench.Engine.Engine.WritableLayers.FindAsync(details, ServiceBench.Cancel)).ShouldBeOfType<WritableLayerLookup.Found>().Layer.UpperDirectory;
        var mounts = (await bench.Snapshots.InfoAsync(snapshot, ServiceBench.Cancel)).Mounts.ToDictionary(one => one.Target, one => one.Folder, StringComparer.Ordinal);
        var parts = new Dictionary<string, SortedDictionary<string, string>>(StringComparer.Ordinal)
        {
            [mounts["/data"]!] = TreeState.ReadWithTop((await bench.Engine.Engine.Volumes.InspectAsync(bench.Engine.Name("world"), ServiceBench.Cancel)).MountPoint),
            [mounts["/conf"]!] = TreeState.ReadWithTop(Path.Combine(bench.Root, "conf")),
            [$"containers/{details.Name}/layer"] = TreeState.ReadWithTop(layer),
        };
        var marks = string.Join('\n', parts[$"containers/{details.Name}/layer"].Select(entry => $"{entry.Key} {entry.Value}"));
        marks.ShouldMatch("/bin/tee CharacterDevice .* device 0");
        marks.ShouldMatch(@"/game/mods Directory .*\[trusted\.overlay\.opaque=79\]");

        foreach (var (version, restic) in ((string, string)[])[("0.14", TestTool.ResticOld), ("0.18", TestTool.ResticNew)])
        {
            var target = Path.Combine(bench.Root, version);
            await PlainRestic.RunAsync(bench, restic, "check", "--read-data");
            await PlainRestic.RunAsync(bench, restic, "restore", snapshot.ResticId, "--target", target);

            foreach (var (folder, there) in parts)
                TreeState.ShouldBe(TreeState.ReadWithTop(Path.Combine(target, folder)), there, $"{version}: {folder}");
            await foreach (var file in bench.Engine.Engine.Images.ReadArchiveAsync(image, ServiceBench.Cancel))
            {
                if (file.LinkTarget is not null)
                    continue;
                await using var kept = File.OpenRead(Path.Combine(target, "images", image.Value, file.Path));
                (await SHA256.HashDataAsync(kept, ServiceBench.Cancel)).ShouldBe(await SHA256.HashDataAsync(file.Content, ServiceBench.Cancel), file.Path);
            }
        }
    }

    internal static Task ResticAsync(ServiceBench bench, params string[] arguments) => PlainRestic.RunAsync(bench, TestTool.ResticOld, arguments);
}
