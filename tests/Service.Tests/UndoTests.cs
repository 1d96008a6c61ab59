using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class UndoTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Undo_GameHasPlayedOn_IsTheWorldFromBeforeTheRestore(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await bench.StartGameAsync(change: one => one with { RestartPolicy = new RestartPolicy(RestartPolicyKind.UnlessStopped, 0) });
        await bench.ShellAsync(game, "mkdir /data/region; for i in 1 2 3 4; do echo old > /data/region/$i; done; echo one > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm /data/region/1; echo built > /data/region/2; echo more > /data/region/5; echo two > /game/new.txt; chmod 700 /data/region");
        var before = await WorldPrint.TakeAsync(bench, game);
        await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id });

        // Files of both worlds, of one, and of neither: what the swap did must not matter.
        await bench.ShellAsync(game, "echo later > /data/region/1; echo later > /data/region/3; rm /data/region/4; echo later > /data/region/6; rm -r /game/mods; echo three > /game/new.txt");
        var played = await WorldPrint.TakeAsync(bench, game);

        var undone = (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>();

        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before);
        (await bench.InspectAsync(game)).State.IsRunning.ShouldBeTrue();
        (await bench.InspectAsync(game)).RestartPolicy.Kind.ShouldBe(RestartPolicyKind.UnlessStopped);
        undone.Recreated.ShouldBeEmpty();
        undone.SafetySnapshot.ShouldNotBeNull();

        // An undo can be undone.
        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.Restored>().Snapshot.ShouldBe(undone.SafetySnapshot.Value);
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(played);
    }

    [Fact]
    public async Task Undo_NothingWasRestored_SaysSoAndTouchesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        await bench.SnapshotAsync(server.Id);

        (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBe(new RestoreOutcome.NothingToUndo(null));
        (await bench.Get<RestoreReads>().UndoableAsync(server.Id, ServiceBench.Cancel)).ShouldBe(new Undoable.No(null));
    }

    [Fact]
    public async Task Undo_ItsTimeIsOver_SaysWhenItEnded()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, options => options with { UndoTime = TimeSpan.Zero });
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo two > /data/level");
        var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        var nothing = (await bench.RunAsync(new UndoRestore(server.Id))).ShouldBeOfType<RestoreOutcome.NothingToUndo>();

        nothing.EndedAt.ShouldNotBeNull().ShouldBe(restored.UndoUntil!.Value, TimeSpan.FromSeconds(1));
        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("one\n");
    }

    [Fact]
    public async Task Undo_LastRestoreWasSwappedBack_IsOfTheOneBefore()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Command = ["/bin/sh", "-c", "if test -f /conf/crash; then exit 3; fi; trap 'exit 0' TERM; while true; do sleep 1000 & wait; done"],
        });
        await bench.ShellAsync(game, "touch /conf/crash");
        var server = await bench.AddServerAsync("Survival", game);
        var broken = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "rm /conf/crash; echo good > /data/level");
        var good = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo bad > /data/level");
        var restored = (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = good.Id })).ShouldBeOfType<RestoreOutcome.Restored>();
        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = broken.Id })).ShouldBeOfType<RestoreOutcome.SwappedBack>();

        var way = (await bench.Get<RestoreReads>().UndoableAsync(server.Id, ServiceBench.Cancel)).ShouldBeOfType<Undoable.Yes>();
        way.Snapshot.Id.ShouldBe(restored.SafetySnapshot!.Value);
        await bench.RunAsync(new UndoRestore(server.Id));

        (await bench.ShellAsync(game, "cat /data/level")).ShouldBe("bad\n");
    }
}
