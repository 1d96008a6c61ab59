using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>Runs of schedules on a real engine: what is made, what is skipped, and what they say.</summary>
public sealed class RunScheduleTests
{
    [Fact]
    public async Task Run_FromDueToUnchangedToChanged_MakesOneSkipsOneMakesOne()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var schedule = await SetAsync(bench, server.Id, ScheduleWhen.Any);

        var first = await RunAsync(bench, schedule, RunCause.Due);
        await bench.RunAsync(new Servers.RunServer(server.Id, Servers.RunAction.Restart));
        var same = await RunAsync(bench, schedule, RunCause.Due);
        var asked = await RunAsync(bench, schedule, RunCause.Asked);
        await bench.ShellAsync(game, "echo two > /data/level");
        var changed = await RunAsync(bench, schedule, RunCause.Due);

        var made = first.ShouldBeOfType<RunScheduleOutcome.Ran>().Snapshot;
        made.Reason.ShouldBe(schedule.Id.Reason);
        made.Name.ShouldStartWith("nightly ");
        var skipped = same.ShouldBeOfType<RunScheduleOutcome.Skipped>();
        skipped.Reason.ShouldBe(SkipReason.NothingChanged);
        skipped.Since.ShouldBe(made.CreatedAt);
        asked.ShouldBeOfType<RunScheduleOutcome.Ran>();
        changed.ShouldBeOfType<RunScheduleOutcome.Ran>();
        (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots.Count.ShouldBe(3);
        bench.Get<OperationReads>().List(OperationFilter.All, 50).Count(one => one.Kind == ExpireSnapshots.KindText).ShouldBe(3);
        ServiceBench.StandsStill(await bench.InspectAsync(game)).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_OfflineServerWithModeOnline_SkipsWhenDueAndMakesOneWhenAsked()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var schedule = await SetAsync(bench, server.Id, ScheduleWhen.Online);
        await bench.RunAsync(new Servers.RunServer(server.Id, Servers.RunAction.Stop));

        var due = await RunAsync(bench, schedule, RunCause.Due);
        var asked = await RunAsync(bench, schedule, RunCause.Asked);

        due.ShouldBe(new RunScheduleOutcome.Skipped(SkipReason.Offline, null));
        var ran = asked.ShouldBeOfType<RunScheduleOutcome.Ran>();
        ran.Note.ShouldBe(RunNote.WasOffline);
        ran.Snapshot.Grade.ShouldBe(ConsistencyGrade.Stopped);
        var runs = bench.Get<ScheduleRuns>().Of(schedule.Id, 10);
        runs.Select(run => run.State).ShouldBe([ScheduleRunState.Ran, ScheduleRunState.Skipped], ignoreOrder: true);
    }

    [Fact]
    public async Task Run_ModePlayedAndAGameThatCanNotBeAsked_MakesOneAndSaysSo()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var schedule = await SetAsync(bench, server.Id, ScheduleWhen.Played);
        await RunAsync(bench, schedule, RunCause.Due);
        await bench.ShellAsync(game, "echo two > /data/level");

        var second = await RunAsync(bench, schedule, RunCause.Due);

        second.ShouldBeOfType<RunScheduleOutcome.Ran>().Note.ShouldBe(RunNote.NoPlayerQuery);
    }

    [Fact]
    public async Task Run_DueLongAgo_IsMissedAndTouchesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var schedule = await SetAsync(bench, server.Id, ScheduleWhen.Any);
        var due = TimeProvider.System.GetUtcNow().AddHours(-13);

        var outcome = await bench.RunAsync(new RunSchedule { Schedule = schedule.Id, Server = server.Id, Due = due, Slot = "long ago" });

        outcome.ShouldBe(new RunScheduleOutcome.Missed(due, due, 1));
        (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots.ShouldBeEmpty();
    }

    private static async Task<ScheduleInfo> SetAsync(ServiceBench bench, Servers.ServerId server, ScheduleWhen when) =>
        (await bench.Get<ScheduleChanges>().SetAsync(
            new ScheduleDraft { Name = "nightly", Server = server, Every = "daily at 04:00", Zone = "Europe/Berlin", When = when },
            new Requester("terminal:test"),
            ServiceBench.Cancel)).ShouldBeOfType<ScheduleOutcome.Saved>().Schedule;

    private static Task<RunScheduleOutcome> RunAsync(ServiceBench bench, ScheduleInfo schedule, RunCause cause) =>
        bench.RunAsync(new RunSchedule
        {
            Schedule = schedule.Id,
            Server = schedule.ServerId,
            Cause = cause,
            Due = cause == RunCause.Due ? TimeProvider.System.GetUtcNow() : null,
            Slot = cause == RunCause.Due ? "now" : null,
        });
}
