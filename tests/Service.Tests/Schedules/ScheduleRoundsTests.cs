using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

public sealed class ScheduleRoundsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Rounds_ChangesByAnotherProcess_AreFollowed()
    {
        await using var bench = new ScheduleBench(Noon);
        await using var terminal = new ScheduleBench(Noon, bench.Data.Root);
        var server = await terminal.AddServerAsync();
        var first = await terminal.SetAsync(server, "first", "daily at 04:00");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(DataBench.Cancel);
        var running = Run(bench, stop.Token);
        await bench.Clocks.ChangedAsync(1);
        bench.Clocks.Alarms.Keys.ShouldBe([first.Id]);

        var second = await terminal.SetAsync(server, "second", "hourly");
        await MoveAsync(bench, () => bench.Clocks.Alarms.ContainsKey(second.Id));
        await terminal.Changes.PauseAsync(first.Id, new Requester("terminal:test"), DataBench.Cancel);
        await MoveAsync(bench, () => !bench.Clocks.Alarms.ContainsKey(first.Id));
        await terminal.Changes.ResumeAsync(first.Id, DataBench.Cancel);
        await MoveAsync(bench, () => bench.Clocks.Alarms.ContainsKey(first.Id));
        await terminal.Changes.RemoveAsync(first.Id, DataBench.Cancel);
        await MoveAsync(bench, () => !bench.Clocks.Alarms.ContainsKey(first.Id));

        bench.Clocks.Alarms[second.Id].ShouldBeInRange(Noon.AddHours(1), Noon.AddHours(1).AddSeconds(1));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Rounds_AlarmRings_QueuesTheRunAndSetsTheNext()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "hourly", "hourly");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(DataBench.Cancel);
        var running = Run(bench, stop.Token);
        await bench.Clocks.ChangedAsync(1);

        bench.Time.SetUtcNow(bench.Clocks.Alarms[schedule.Id]);
        await bench.Clocks.RingAsync(schedule.Id);

        bench.RunsOf(schedule.Id).ShouldHaveSingleItem().DueAt.ShouldBe(Noon.AddHours(1));
        bench.Clocks.Alarms[schedule.Id].ShouldBeInRange(Noon.AddHours(2), Noon.AddHours(2).AddSeconds(1));
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Rounds_OneScheduleIsNotUnderstood_OthersRunAndItIsPausedOnce()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var broken = await bench.SetAsync(server, "a-broken", "hourly");
        var sound = await bench.SetAsync(server, "b-sound", "hourly");
        await bench.Data.Get<CatalogStore>().WriteAsync(
            context => { context.Schedules.Single(row => row.Id == broken.Id.Value).Every = "every blue moon"; }, DataBench.Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(DataBench.Cancel);
        var running = Run(bench, stop.Token);

        await bench.Clocks.ChangedAsync(1);

        bench.Clocks.Alarms.Keys.ShouldBe([sound.Id]);
        bench.Reads.List(null).Single(one => one.Id == broken.Id).Pause.ShouldBe(SchedulePause.NotUnderstood);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Quartz_AlarmsOfManySchedules_RingOnceEachAndNoneThatWasTakenAway()
    {
        var rung = new System.Collections.Concurrent.ConcurrentBag<string>();
        var all = new SemaphoreSlim(0);
        await using var clock = await new QuartzClock.Factory(TimeProvider.System).StartAsync(
            id =>
            {
                rung.Add(id.Value);
                all.Release();
                return id.Value == "s7" ? Task.FromException(new IOException("broken")) : Task.CompletedTask;
            },
            DataBench.Cancel);
        var now = TimeProvider.System.GetUtcNow();
        await clock.SetAsync(new ScheduleId("never"), now.AddMilliseconds(400), DataBench.Cancel);
        for (var i = 0; i < 50; i++)
            await clock.SetAsync(new ScheduleId($"s{i}"), now.AddHours(i), DataBench.Cancel);
        await clock.CancelAsync(new ScheduleId("never"), DataBench.Cancel);
        for (var i = 0; i < 50; i++)
            await clock.SetAsync(new ScheduleId($"s{i}"), now.AddMilliseconds(500 - (i * 20)), DataBench.Cancel);

        for (var i = 0; i < 50; i++)
            (await all.WaitAsync(TimeSpan.FromMinutes(1), DataBench.Cancel)).ShouldBeTrue();

        rung.ShouldBeUnique();
        rung.ShouldNotContain("never");
        rung.Count.ShouldBe(50);
    }

    private static Task Run(ScheduleBench bench, CancellationToken cancellationToken) =>
        Task.Run(() => bench.Data.Get<IEnumerable<IPeriodicWork>>().OfType<ScheduleRounds>().Single().RunAsync(cancellationToken), CancellationToken.None);

    /// <summary>Moves the clock in small steps until something is so.</summary>
    private static async Task MoveAsync(ScheduleBench bench, Func<bool> isSo)
    {
        for (var i = 0; !isSo(); i++)
        {
            i.ShouldBeLessThan(10_000);
            bench.Time.Advance(TimeSpan.FromMilliseconds(250));
            // Rounds run on other threads: they get a moment of real time for each step of the clock.
            await Task.Delay(1, DataBench.Cancel);
        }
    }
}
