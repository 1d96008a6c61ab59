using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>A restored server that does not come up: the world of before comes back, whatever was done to it meanwhile.</summary>
public sealed class SwapBackTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_NewContainerEndsAtOnce_SwapsBackAndStartsTheOld(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var script = Path.Combine(bench.Root, "conf", "start.sh");
        var game = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", "if test -f /conf/crash; then echo the world is of a later version; exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done"] });
        await bench.ShellAsync(game, "echo old > /data/world && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/world && rm /conf/crash");

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        var back = outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>();
        back.Reason.ShouldContain("exit code 3");
        back.Log.ShouldContain("the world is of a later version");
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/world; ls /conf")).ShouldBe("new\n");
        File.Exists(script).ShouldBeFalse();
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_GameSavesByRenameAndThenEnds_BringsBackTheWorldOfBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string game = "if test -f /conf/crash; then echo mixed > /data/.new; mv /data/.new /data/world; echo again > /data/gone; rm -r /data/region; exit 3; fi;"
            + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", game] });
        await bench.ShellAsync(container, "mkdir /data/region && echo old > /data/world && echo old > /data/region/r && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, "echo new > /data/world && echo new > /data/region/r && echo new > /data/gone && rm /conf/crash");
        var before = await WorldPrint.TakeAsync(bench, container);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before);
        Leftovers(bench).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_GameWritesBesideTheSwappedFilesAndThenEnds_BringsBackTheWorldOfBefore(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        const string game = "if test -f /conf/crash; then echo mixed >> /data/same; rm /data/kept; chmod 777 /data/region; echo new > /data/new; mkdir -p /data/region/made/deep;"
            + " echo new > /data/region/made/deep/file; echo mixed >> /conf/same; echo mixed >> /game/server.properties; echo new > /game/new.txt; exit 3; fi;"
            + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", game] });
        await bench.ShellAsync(container, "mkdir /data/region && echo old > /data/world && echo same > /data/same && echo same > /data/kept && echo same > /conf/same && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, "echo new > /data/world && rm /conf/crash");
        var before = await WorldPrint.TakeAsync(bench, container);

        var whole = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });
        var printed = await WorldPrint.TakeAsync(bench, container);
        var part = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id, Paths = ["/conf"] });

        whole.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        printed.ShouldBe(before);
        part.ShouldBeOfType<RestoreOutcome.SwappedBack>();
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before, "also what no part of the restore had to do with");
        (await bench.InspectAsync(container)).State.IsRunning.ShouldBeTrue();
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_GameCrashesWithItsDatabasesOpen_BringsTheDatabasesOfBeforeBackAlone()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { GameBootTime = TimeSpan.FromSeconds(60) });
        const string writer = "/dotnet/dotnet /writer/snapshotbot-writer.dll";
        var container = await bench.StartGameAsync(change: one => BuiltProgram.WithWriter(one) with
        {
            Command =
            [
                "/bin/sh", "-c",
                $"if test -f /conf/crash; then {writer} count /data/numbers & until test -s /data/numbers/wal.db-wal && test $(wc -l < /data/numbers/numbers.log) -gt 60; do sleep 0.1; done;"
                + " kill -9 $!; exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done",
            ],
        });
        await bench.ShellAsync(container, $"{writer} write /data/numbers 40 && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, $"rm -r /data/numbers && {writer} write /data/numbers 50 && rm /conf/crash");
        var before = await WorldPrint.TakeAsync(bench, container);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldContain("exit code 3");
        before.ShouldNotContain("wal.db-wal");
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before);
        (await bench.ShellAsync(container, $"{writer} check /data/numbers")).ShouldBe("of one moment: 50\n");
    }

    [Fact]
    public async Task Restore_KilledWhileTheRestoredGameWrites_HealingBringsBackTheWorldOfBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        const string game = "if test -f /conf/writes; then echo mixed >> /data/same; echo new > /data/new; echo new > /game/new.txt; touch /conf/written; fi;"
            + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", game], RestartPolicy = new RestartPolicy(RestartPolicyKind.Always, 0) });
        await bench.ShellAsync(container, "echo old > /data/world && echo same > /data/same && touch /conf/writes");
        var server = await bench.AddServerAsync("Survival", container);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, "echo new > /data/world && rm /conf/writes");
        var before = await WorldPrint.TakeAsync(bench, container);

        await KilledProgram.KillOnceAsync(
            bench, () => File.Exists(Path.Combine(bench.Root, "conf", "written")), "snapshot", "restore", snapshot.Id.Value, "--yes", "--json");
        var mixed = await WorldPrint.TakeAsync(bench, container);
        (await bench.Operations.HealAsync(ServiceBench.Cancel)).ShouldHaveSingleItem().Ending.ShouldBe(Operations.HealEnding.TakenBack);

        mixed.ShouldContain("/data/new ");
        (await WorldPrint.TakeAsync(bench, container)).ShouldBe(before);
        var now = await bench.InspectAsync(container);
        now.State.IsRunning.ShouldBeTrue();
        now.RestartPolicy.Kind.ShouldBe(RestartPolicyKind.Always);
        Leftovers(bench).ShouldBeEmpty();
    }

    [Fact]
    public async Task Restore_OneContainerCanNotBeStartedAgain_HealingLeavesTheOthersRunning()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        const string script = "if test -f /conf/crash; then exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var port = new PublishedPort(25565, "tcp", "127.0.0.1", 28812);
        var database = await bench.StartGameAsync("database");
        var game = await bench.StartGameAsync("game", one => one with { Command = ["/bin/sh", "-c", script], Ports = [port] });
        await bench.ShellAsync(game, "echo old > /data/world && touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", database, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/world && rm /conf/crash");
        ContainerId? blocker = null;
        var at = new FirstWeek.AtStep("health", async () =>
        {
            await bench.Engine.Engine.Containers.WaitAsync(game, CancellationToken.None);
            blocker = await bench.Engine.StartAsync(EngineBench.Sleeper with { Ports = [port] }, "blocker", CancellationToken.None);
        });

        var result = await bench.Operations.RunAsync(
            new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, new Operations.Requester("terminal:test"), at, ServiceBench.Cancel);
        var started = (await bench.InspectAsync(database)).State.StartedAt;
        var again = await bench.Operations.HealAsync(ServiceBench.Cancel);
        var since = (await bench.InspectAsync(database)).State.StartedAt;
        await bench.Engine.Engine.Containers.StopAsync(blocker.ShouldNotBeNull(), TimeSpan.Zero, ServiceBench.Cancel);
        var healed = await bench.Operations.HealAsync(ServiceBench.Cancel);

        result.ShouldBeOfType<Operations.OperationResult<RestoreOutcome>.Failed>();
        again.ShouldHaveSingleItem().Ending.ShouldBe(Operations.HealEnding.NotYet);
        since.ShouldBe(started);
        (await bench.InspectAsync(database)).State.ShouldSatisfyAllConditions(state => state.IsRunning.ShouldBeTrue(), state => state.StartedAt.ShouldBe(started));
        healed.ShouldHaveSingleItem().Ending.ShouldBe(Operations.HealEnding.TakenBack);
        (await bench.ShellAsync(game, "cat /data/world; ls /conf")).ShouldBe("new\n");
    }

    [Fact]
    public async Task Restore_ContainerEndsWhileAnotherIsWatched_SwapsBack()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { GameBootTime = TimeSpan.FromSeconds(10) });
        var database = await bench.StartGameAsync("database");
        var game = await bench.StartGameAsync("game");
        await bench.ShellAsync(game, "echo old > /data/world");
        var server = await bench.AddServerAsync("Survival", database, game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/world");
        var name = (await bench.InspectAsync(database)).Name;
        var at = new FirstWeek.AtStep("health", () => bench.Engine.Engine.Containers.KillAsync(database, "KILL", CancellationToken.None), done: 1);

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id }, at);

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().ShouldSatisfyAllConditions(
            back => back.Container.ShouldBe(name), back => back.Reason.ShouldBe("it ended with exit code 137"));
        (await bench.InspectAsync(database)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(game, "cat /data/world")).ShouldBe("new\n");
    }

    [Theory]
    [InlineData("answers")]
    [InlineData("broken")]
    [InlineData("nobody can ask")]
    public async Task Restore_WorldMakesTheGameEndLater_SwapsBackWhateverTheGameWasBefore(string game)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { GameBootTime = TimeSpan.FromSeconds(20) });
        const string script = "if test -f /conf/crash; then sleep 1; exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";
        var (container, server) = game == "nobody can ask"
            ? await StartPlainAsync(bench, script)
            : await FirstWeek.TestGame.StartAsync(bench, script);
        await bench.ShellAsync(container, "echo old > /data/level && touch /conf/crash");
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(container, $"echo new > /data/level && rm /conf/crash{(game == "answers" ? " && echo ready > /data/ready" : "")}");

        var outcome = await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        outcome.ShouldBeOfType<RestoreOutcome.SwappedBack>().Reason.ShouldBe("it ended with exit code 3");
        (await bench.InspectAsync(container)).State.IsRunning.ShouldBeTrue();
        (await bench.ShellAsync(container, "cat /data/level; ls /conf")).ShouldBe(game == "nobody can ask" ? "new\n" : "new\nserver.properties\n");
    }

    [Fact]
    public async Task Restore_GameThatDidNotAnswerBefore_IsUpAsSoonAsItDoesElseSaidToBeSilent()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { GameBootTime = TimeSpan.FromSeconds(1) });
        var (game, server) = await FirstWeek.TestGame.StartAsync(bench);
        var silent = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo ready > /data/ready");
        var ready = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm /data/ready; echo new > /data/level");

        var quiet = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = silent.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        var heard = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = ready.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        quiet.Silent.ShouldNotBeNull().ShouldNotBeEmpty();
        heard.Silent.ShouldBeNull();
    }

    [Fact]
    public void Limits_OfAProfile_AreItsOwnUnlessTheOptionsSayOtherwise()
    {
        var options = new ServiceOptions { DataFolder = "/data" };
        var profile = new GameProfile { Schema = 1, Name = "slow", Title = "Slow", BootSeconds = 300 };

        WatchLimits.Of(profile, options).ShouldBe(new WatchLimits(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)));
        WatchLimits.Of(profile with { BootSeconds = 900 }, options).Answer.ShouldBe(TimeSpan.FromMinutes(15), "it is not cut short by what holds for others");
        WatchLimits.Of(profile with { BootSeconds = 2 }, options).ShouldBe(new WatchLimits(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10)));
        WatchLimits.Of(profile, options with { GameBootTime = TimeSpan.FromSeconds(1) }).Boot.ShouldBe(TimeSpan.FromSeconds(1));
        WatchLimits.Of(null, options).Boot.ShouldBe(TimeSpan.FromSeconds(5));
    }

    private static async Task<(ContainerId Id, ServerInfo Server)> StartPlainAsync(ServiceBench bench, string script)
    {
        var container = await bench.StartGameAsync(change: one => one with { Command = ["/bin/sh", "-c", script] });
        return (container, await bench.AddServerAsync("Survival", container));
    }

    private static IEnumerable<string> Leftovers(ServiceBench bench) =>
        Directory.EnumerateFileSystemEntries(bench.Root, ".snapshotbot-*", SearchOption.AllDirectories);
}
