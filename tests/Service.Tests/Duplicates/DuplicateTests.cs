using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Duplicates;

public sealed class DuplicateTests
{
    private const string MakeWorld =
        "mkdir /data/region; echo world > /data/region/r.0.0.mca; chown 1000:1000 /data/region; ln -s region /data/link; echo port=1 > /conf/server.properties; echo rcon.password=geheim >> /conf/server.properties"
        + "; echo mine > /game/new.txt; rm /game/mods/one.jar";

    private static CancellationToken Cancel => ServiceBench.Cancel;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Duplicate_RunsBesideTheOriginal_AndNeitherTouchesTheOther(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var (game, server, snapshot) = await SnapshotAsync(bench);
        var before = await WorldPrint.TakeAsync(bench, game);
        var original = await bench.InspectAsync(game);

        var made = await MakeAsync(bench, snapshot, start: DuplicateStart.StartNow, secrets: SecretHandling.Keep);

        made.NotUp.ShouldBeNull();
        made.Server.State.ShouldBe(ServerState.Running);
        var copy = ContainerId.Parse(made.Server.Containers.ShouldHaveSingleItem().Id!);
        (await WorldPrint.TakeAsync(bench, copy)).ShouldBe(before);
        var details = await bench.InspectAsync(copy);
        details.Name.ShouldBe(made.Server.Name);
        details.Mounts.ShouldAllBe(mount => mount.Kind == MountKind.Volume && mount.VolumeName!.StartsWith(made.Server.Name, StringComparison.Ordinal));
        details.Labels.ShouldNotContainKey("com.docker.compose.project");
        details.Labels["snapshotbot.server"].ShouldBeEmpty();
        details.Labels["who"].ShouldBe("me");
        details.Environment.ShouldContain("RCON_PASSWORD=geheim");
        var theirs = original.Ports.Where(port => port.HostPort is not null).ToList();
        details.Ports.ShouldAllBe(port => theirs.All(other => other.HostPort != port.HostPort));
        made.Ports.ShouldHaveSingleItem().ContainerPort.ShouldBe(25565);

        await bench.ShellAsync(copy, "rm -r /data/region /conf/server.properties; echo theirs > /game/new.txt; echo more > /data/more");
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before);
        await bench.ShellAsync(game, "echo griefed > /data/region/r.0.0.mca; rm /game/new.txt");
        (await bench.ShellAsync(copy, "cat /data/more /game/new.txt")).ShouldBe("more\ntheirs\n");
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(original.State.StartedAt);
        server.Id.ShouldNotBe(made.Server.Id);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Duplicate_SecretsBlanked_InVariablesArgumentsAndFiles(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        await WriteProfileAsync(bench);
        var (_, _, snapshot) = await SnapshotAsync(bench);

        var made = await MakeAsync(bench, snapshot, start: DuplicateStart.StartNow);

        var copy = ContainerId.Parse(made.Server.Containers[0].Id!);
        var details = await bench.InspectAsync(copy);
        details.Environment.ShouldContain("RCON_PASSWORD=");
        details.Environment.ShouldContain("MODE=hard");
        made.Blanked.ShouldContain("RCON_PASSWORD");
        made.Blanked.ShouldContain("server.properties");
        (await bench.ShellAsync(copy, "cat /conf/server.properties")).ShouldBe("port=1\nrcon.password=\n");
        (await bench.Snapshots.FindAsync(snapshot.Id.Value, Cancel)).ShouldBeOfType<SnapshotFound.One>();
    }

    [Theory]
    [InlineData("/containers/create")]
    [InlineData("/volumes/create")]
    public async Task Duplicate_EngineMakesSomethingAfterItWasTakenBack_ItGoesToo(string late)
    {
        var real = TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!;
        await using var proxy = RefusingProxy.StartLate(real, late, TimeSpan.FromMilliseconds(500));
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, address: "unix://" + proxy.Path);
        var (_, _, snapshot) = await SnapshotAsync(bench);

        var result = await bench.Operations.RunAsync(Request(bench, snapshot), new Requester("terminal:test"), null, Cancel);

        result.ShouldBeOfType<OperationResult<DuplicateOutcome>.Failed>();
        proxy.LateDone.IsCompletedSuccessfully.ShouldBeTrue();
        (await NamesAsync(bench, Request(bench, snapshot).Name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Duplicate_SeveralContainersInOneNetwork_KnowEachOtherByTheirNames()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var network = bench.Engine.Name("net");
        await bench.Engine.Engine.Networks.CreateAsync(NetworkDefinition.Create(network, new Dictionary<string, string>(StringComparer.Ordinal), NetworkReach.Internal), Cancel);
        var data = bench.Engine.Name("dbdata");
        var db = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Network = network.Value, Mounts = [BlueprintMount.Volume(data, "/data")] }, "db", Cancel);
        var game = await bench.Engine.StartAsync(EngineBench.Sleeper with { Network = network.Value }, "game", Cancel);
        var server = await bench.AddServerAsync("Pair", db, game);
        var snapshot = await bench.SnapshotAsync(server.Id);

        var made = await MakeAsync(bench, snapshot, start: DuplicateStart.StartNow);

        made.NotUp.ShouldBeNull();
        made.Server.Containers.Count.ShouldBe(2);
        foreach (var container in made.Server.Containers)
        {
            container.Name.ShouldStartWith(made.Server.Name + "-");
            var details = await bench.InspectAsync(ContainerId.Parse(container.Id!));
            details.Networks.ShouldHaveSingleItem().Name.ShouldStartWith(made.Server.Name);
        }

        var copy = await bench.InspectAsync(ContainerId.Parse(made.Server.Containers[0].Id!));
        copy.Networks[0].Aliases.ShouldContain((await bench.InspectAsync(db)).Name);
        var removed = await bench.RunAsync(new RemoveDuplicate(made.Server.Id));
        removed.ShouldBeOfType<RemoveDuplicateOutcome.Removed>();
        (await NamesAsync(bench, made.Server.Name)).ShouldBeEmpty();
        (await bench.InspectAsync(db)).State.IsRunning.ShouldBeTrue();
    }

    [Fact]
    public async Task Duplicate_FileMountedByItself_IsAnOrdinaryFile()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var file = Path.Combine(bench.Root, "ops.json");
        await File.WriteAllTextAsync(file, "[1]", Cancel);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts = [.. one.Mounts, BlueprintMount.Bind(file, "/data/ops.json"), BlueprintMount.Bind(file, "/etc/game/ops.json")],
        });
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);

        var made = await MakeAsync(bench, snapshot, start: DuplicateStart.StartNow);

        var copy = ContainerId.Parse(made.Server.Containers[0].Id!);
        (await bench.ShellAsync(copy, "cat /data/ops.json /etc/game/ops.json; echo 2 > /data/ops.json")).ShouldBe("[1][1]");
        (await File.ReadAllTextAsync(file, Cancel)).ShouldBe("[1]");
    }

    [Fact]
    public async Task Duplicate_NameOrPortTaken_IsRefusedAndLeavesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (game, _, snapshot) = await SnapshotAsync(bench);
        var taken = (await bench.InspectAsync(game)).Ports.First(port => port.HostPort is not null).HostPort!.Value;
        var name = bench.Engine.Name("copy").Value;

        var port = await RefuseAsync(bench, Request(bench, snapshot) with { Ports = [new PortPublication(taken, 25565, "tcp")] });
        port.ShouldBeOfType<Refusal.PortTaken>().Suggested.ShouldBeGreaterThan(taken);
        (await RefuseAsync(bench, Request(bench, snapshot) with { Name = "Survival" })).ShouldBeOfType<Refusal.ServerNameTaken>();
        (await RefuseAsync(bench, Request(bench, snapshot) with { Name = "no spaces" })).ShouldBe(new Refusal.NameRefused("no spaces", NameFault.NotForContainers));
        await bench.Engine.Engine.Volumes.CreateAsync(VolumeDefinition.Create(EngineName.Parse($"{name}-{bench.Engine.Name("world")}"), new Dictionary<string, string>(StringComparer.Ordinal)), Cancel);
        (await RefuseAsync(bench, Request(bench, snapshot))).ShouldBeOfType<Refusal.NameInUse>();

        (await NamesAsync(bench, name)).ShouldHaveSingleItem();
        (await bench.Get<ServerReads>().ListAsync(Cancel)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Duplicate_MoreMemoryThanTheHostHas_IsNotStarted()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with { MemoryBytes = 1L << 46 });
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);

        (await RefuseAsync(bench, Request(bench, snapshot) with { Start = DuplicateStart.StartNow })).ShouldBeOfType<Refusal.NoMemory>().Needed.ShouldBe(1L << 46);

        // Made without being started it takes nothing yet, and is not started later either.
        var made = await MakeAsync(bench, snapshot, DuplicateStart.LeaveStopped);
        (await bench.RunAsync(new RunServer(made.Server.Id, RunAction.Start))).ShouldBeOfType<RunServerOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.NoMemory>();
        var copy = await bench.InspectAsync(ContainerId.Parse(made.Server.Containers[0].Id!));
        copy.State.IsRunning.ShouldBeFalse();
        long.Parse(copy.Labels["snapshotbot.memory"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 1L << 30, "what the original used when the snapshot was made");
    }

    [Fact]
    public async Task Duplicate_PublishedPort_IsTheOneAskedFor()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (_, _, snapshot) = await SnapshotAsync(bench);

        var made = (await bench.RunAsync(Request(bench, snapshot) with { Ports = [new PortPublication(28771, 25565, "tcp"), new PortPublication(28772, 9000, "udp")] }))
            .ShouldBeOfType<DuplicateOutcome.Made>();

        made.Server.State.ShouldBe(ServerState.Stopped);
        made.Ports.ShouldBe([new PortPublication(28771, 25565, "tcp"), new PortPublication(28772, 9000, "udp")]);
        var details = await bench.InspectAsync(ContainerId.Parse(made.Server.Containers[0].Id!));
        details.Ports.Select(port => (port.HostPort, port.ContainerPort, port.Protocol)).ShouldBe([(28771, 25565, "tcp"), (28772, 9000, "udp")], ignoreOrder: true);
    }

    [Fact]
    public async Task End_TimeIsOver_StopsThenRemovesUnlessKept()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (game, _, snapshot) = await SnapshotAsync(bench);
        var made = (await bench.RunAsync(Request(bench, snapshot) with { For = TimeSpan.FromHours(1), Start = DuplicateStart.StartNow })).ShouldBeOfType<DuplicateOutcome.Made>();
        made.EndsAt.ShouldNotBeNull();
        var duplicates = bench.Get<DuplicateStore>();

        (await bench.RunAsync(new EndDuplicate(made.Server.Id))).ShouldBeOfType<EndDuplicateOutcome.Kept>();
        (await bench.InspectAsync(ContainerId.Parse(made.Server.Containers[0].Id!))).State.IsRunning.ShouldBeTrue();
        await duplicates.SetEndAsync(made.Server.Id, DateTimeOffset.UnixEpoch, null, Cancel);
        (await bench.RunAsync(new EndDuplicate(made.Server.Id))).ShouldBeOfType<EndDuplicateOutcome.Ended>();
        (await bench.InspectAsync(ContainerId.Parse(made.Server.Containers[0].Id!))).State.IsRunning.ShouldBeFalse();

        // Kept while its removal waited for its turn.
        var stopped = duplicates.Find(made.Server.Id)!.StoppedAt.ShouldNotBeNull();
        (await bench.Get<DuplicateChanges>().KeepAsync(made.Server.Id, Cancel)).ShouldBeOfType<KeepOutcome.Kept>();
        duplicates.Find(made.Server.Id)!.EndsAt.ShouldBeNull();
        (await bench.RunAsync(new RemoveDuplicate(made.Server.Id, stopped))).ShouldBeOfType<RemoveDuplicateOutcome.StillWanted>();
        (await bench.InspectAsync(ContainerId.Parse(made.Server.Containers[0].Id!))).State.IsRunning.ShouldBeFalse();

        // And one that nobody kept, but somebody started again.
        await duplicates.SetEndAsync(made.Server.Id, DateTimeOffset.UnixEpoch, stopped, Cancel);
        await bench.RunAsync(new RunServer(made.Server.Id, RunAction.Start));
        (await bench.RunAsync(new RemoveDuplicate(made.Server.Id, stopped))).ShouldBeOfType<RemoveDuplicateOutcome.StillWanted>();
        await bench.RunAsync(new RunServer(made.Server.Id, RunAction.Stop));
        (await bench.RunAsync(new RemoveDuplicate(made.Server.Id, stopped))).ShouldBeOfType<RemoveDuplicateOutcome.Removed>();
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
    }

    [Fact]
    public async Task Ends_WhatIsDue_IsAskedForOnce()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (_, _, snapshot) = await SnapshotAsync(bench);
        var made = (await bench.RunAsync(Request(bench, snapshot) with { For = TimeSpan.FromHours(1) })).ShouldBeOfType<DuplicateOutcome.Made>();
        var ends = bench.Services.GetServices<IPeriodicWork>().Single(work => work.Name == "duplicates");

        await ends.RunAsync(Cancel);
        Queued(bench).ShouldBeEmpty();
        await bench.Get<DuplicateStore>().SetEndAsync(made.Server.Id, DateTimeOffset.UnixEpoch, null, Cancel);
        await ends.RunAsync(Cancel);
        await ends.RunAsync(Cancel);
        Queued(bench).ShouldBe([EndDuplicate.KindText]);
        await bench.Get<DuplicateStore>().SetEndAsync(made.Server.Id, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Cancel);
        await ends.RunAsync(Cancel);
        await ends.RunAsync(Cancel);
        Queued(bench).ShouldBe([EndDuplicate.KindText, RemoveDuplicate.KindText], ignoreOrder: true);
    }

    [Fact]
    public async Task Remove_ServerNotMadeHere_IsRefused()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);

        (await bench.RunAsync(new RemoveDuplicate(server.Id))).ShouldBeOfType<RemoveDuplicateOutcome.Refused>().Refusal.ShouldBe(new Refusal.NotMadeHere("Survival"));

        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
    }

    [Fact]
    public async Task Remove_AnotherContainerHasTheLabelFromAnImage_StaysWithItsVolume()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var (_, _, snapshot) = await SnapshotAsync(bench);
        var made = await MakeAsync(bench, snapshot, DuplicateStart.LeaveStopped);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [DuplicateLabels.Duplicate] = made.Server.Id.Value };
        var foreign = await bench.Engine.StartAsync(
            EngineBench.Sleeper with { Labels = labels, Mounts = [BlueprintMount.Volume(bench.Engine.Name("precious"), "/precious")] }, "foreign", Cancel);
        await bench.ShellAsync(foreign, "echo mine > /precious/file");

        (await bench.RunAsync(new RemoveDuplicate(made.Server.Id))).ShouldBeOfType<RemoveDuplicateOutcome.Removed>();

        (await bench.ShellAsync(foreign, "cat /precious/file")).ShouldBe("mine\n");
        (await NamesAsync(bench, made.Server.Name)).ShouldBeEmpty();
    }

    private static List<string> Queued(ServiceBench bench) =>
        [.. bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).Select(one => one.Kind)];

    internal static DuplicateSnapshot Request(ServiceBench bench, SnapshotInfo snapshot) => new()
    {
        Snapshot = snapshot.Id,
        NewServer = ServerId.New(),
        Name = bench.Engine.Name("copy").Value,
    };

    private static async Task<DuplicateOutcome.Made> MakeAsync(
        ServiceBench bench, SnapshotInfo snapshot, DuplicateStart start, SecretHandling secrets = SecretHandling.Blank) =>
        await bench.RunAsync(Request(bench, snapshot) with { Start = start, Secrets = secrets }) switch
        {
            DuplicateOutcome.Made made => made,
            DuplicateOutcome.Refused refused => throw new InvalidOperationException(refused.Refusal.ToString()),
            _ => throw new InvalidOperationException(),
        };

    private static async Task<Refusal> RefuseAsync(ServiceBench bench, DuplicateSnapshot request) =>
        (await bench.RunAsync(request)).ShouldBeOfType<DuplicateOutcome.Refused>().Refusal;

    private static async Task<(ContainerId Game, ServerInfo Server, SnapshotInfo Snapshot)> SnapshotAsync(ServiceBench bench)
    {
        var game = await bench.StartGameAsync(change: one => one with
        {
            Environment = ["MODE=hard", "RCON_PASSWORD=geheim"],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["who"] = "me", ["com.docker.compose.project"] = "pack", ["game"] = "shell", ["snapshotbot.server"] = "Survival" },
            Ports = [new PublishedPort(25565, "tcp", "", 28765)],
        });
        await bench.ShellAsync(game, MakeWorld);
        var server = await bench.AddServerAsync("Survival", game);
        return (game, server, await bench.SnapshotAsync(server.Id));
    }

    private static async Task WriteProfileAsync(ServiceBench bench)
    {
        var folder = Directory.CreateDirectory(Path.Combine(bench.Root, "sb-data", "profiles"));
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "shell.json"),
            """{ "schema": 1, "name": "shell", "title": "Shell game", "match": { "labels": { "game": "shell" } }, "secrets": ["/conf/server.properties"] }""",
            Cancel);
    }

    internal static async Task<IReadOnlyList<string>> NamesAsync(ServiceBench bench, string prefix) =>
    [
        .. (await bench.Engine.Engine.Containers.ListAsync(Cancel)).Select(one => one.Name)
            .Concat((await bench.Engine.Engine.Volumes.ListAsync(Cancel)).Select(one => one.Name.Value))
            .Concat((await bench.Engine.Engine.Networks.ListAsync(Cancel)).Select(one => one.Name))
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)),
    ];
}
