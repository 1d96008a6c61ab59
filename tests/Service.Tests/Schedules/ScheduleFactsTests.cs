using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>What the calendar promised against what there is: whether a run is missing is asked of the clock, not of records alone.</summary>
public sealed class ScheduleFactsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Facts_NobodyServesForAWeek_AreRunsMissingAndARedLight()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        await bench.SetAsync(server, "nightly", "daily at 04:00", zone: "UTC");
        FactOf(bench, server).RunsMissing.ShouldBe(0);

        // The eighth 04:00 is eight hours ago: it could still be caught up.
        bench.Time.SetUtcNow(Noon.AddDays(8));

        var fact = FactOf(bench, server);
        (fact.RunsMissing, fact.MissingSince).ShouldBe((7, Noon.AddHours(16)));
        var light = await bench.Data.Get<FreshnessReads>().OfAsync(server, DataBench.Cancel);
        light.Light.ShouldBe(Light.Red);
        light.Reasons.ShouldContain(new FreshnessReason.RunsMissing("nightly", 7, Noon.AddHours(16)));
        bench.Data.Get<FreshnessReads>().Known().ShouldBe([new ServerLight(server, "modpack", Light.Red)]);
    }

    [Fact]
    public async Task Facts_RunHangsAndOthersWaitBehindIt_AreMissingAndAnIncident()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly", zone: "UTC");
        await TakeAsync(bench, schedule, 1);
        await EndAsync(bench, schedule, new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, null));
        await TakeAsync(bench, schedule, 2);
        await StartAsync(bench, schedule);
        var seen = new List<int>();
        for (var hour = 3; hour <= 5; hour++)
        {
            await TakeAsync(bench, schedule, hour);
            seen.Add(FactOf(bench, server).RunsMissing);
            bench.Time.Advance(TimeSpan.FromMinutes(31));
            seen.Add(FactOf(bench, server).RunsMissing);
        }

        // At 15:00 the run of 14:00 has its hour; at 15:31 it is over, and so is the window of the one that waits.
        seen.ShouldBe([0, 2, 2, 3, 3, 4]);
        FactOf(bench, server).MissingSince.ShouldBe(Noon.AddHours(2));
        await GuardAsync(bench);
        bench.Data.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem().Cause
            .ShouldBe(new IncidentCause.RunMissed(schedule.Id.Value, "hourly", 4, Noon.AddHours(2)));
        bench.Data.Get<FreshnessReads>().Known().ShouldHaveSingleItem().Light.ShouldBe(Light.Red);
    }

    [Fact]
    public async Task Facts_RunSomebodyAskedForHangs_IsNotTheCalendars()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "played", "every 2 hours of play");
        await bench.Data.Operations.EnqueueAsync(
            new RunSchedule { Schedule = schedule.Id, Server = server, Cause = RunCause.Asked }, new Requester("terminal:test"), null, DataBench.Cancel);
        bench.Time.Advance(TimeSpan.FromDays(2));

        FactOf(bench, server).RunsMissing.ShouldBe(0);
    }

    [Fact]
    public async Task Facts_FailedAndMissedInARow_CountUpToTheLastGoodOne()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly", zone: "UTC");
        await TakeAsync(bench, schedule, 1);
        await EndAsync(bench, schedule, new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, null));
        await TakeAsync(bench, schedule, 2);
        await EndAsync(bench, schedule, new RunScheduleOutcome.Refused(new Refusal.ServerUnknown("x")));

        // Down for three hours: two are missed, the third is caught up and has not ended.
        await TakeAsync(bench, schedule, 5);

        var fact = FactOf(bench, server);
        (fact.RunsMissing, fact.MissingSince).ShouldBe((3, Noon.AddHours(2)));
        fact.Failed.ShouldNotBeNull().Refusal.ShouldBeOfType<Refusal.ServerUnknown>();
        fact.Failed.Nights.ShouldBe([Noon.AddHours(2), Noon.AddHours(3), Noon.AddHours(4)]);
        await EndAsync(bench, schedule, new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, null));
        (FactOf(bench, server).RunsMissing, FactOf(bench, server).Failed).ShouldBe((0, null));
    }

    [Fact]
    public async Task Facts_PausedForAMonth_MissNothing()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly");
        await bench.Changes.PauseAsync(schedule.Id, new Requester("terminal:test"), DataBench.Cancel);
        bench.Time.Advance(TimeSpan.FromDays(30));

        (FactOf(bench, server).IsPaused, FactOf(bench, server).RunsMissing).ShouldBe((true, 0));
    }

    [Fact]
    public async Task Guard_ScheduleRemovedWithRunsMissing_EndsItsIncident()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly");
        bench.Time.Advance(TimeSpan.FromHours(6));
        await GuardAsync(bench);
        bench.Data.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem();

        await bench.Changes.RemoveAsync(schedule.Id, DataBench.Cancel);
        await GuardAsync(bench);

        bench.Data.Get<Incidents>().OpenOf(server).ShouldBeEmpty();
    }

    private static ScheduleFact FactOf(ScheduleBench bench, Servers.ServerId server) => bench.Data.Get<IScheduleFacts>().Of(server).ShouldHaveSingleItem();

    private static Task GuardAsync(ScheduleBench bench) => bench.Data.Get<IEnumerable<IPeriodicWork>>().OfType<GuardRounds>().Single().RunAsync(DataBench.Cancel);

    private static async Task TakeAsync(ScheduleBench bench, ScheduleInfo schedule, int hour)
    {
        bench.Time.SetUtcNow(Noon.AddHours(hour));
        await bench.TakeAsync(schedule.Id);
    }

    private static Task StartAsync(ScheduleBench bench, ScheduleInfo schedule) => ChangeAsync(bench, schedule, row =>
    {
        row.State = (int)OperationState.Running;
        row.StartedAt = bench.Time.GetUtcNow().UtcTicks;
    });

    private static Task EndAsync(ScheduleBench bench, ScheduleInfo schedule, RunScheduleOutcome outcome) => ChangeAsync(bench, schedule, row =>
    {
        row.State = (int)OperationState.Ended;
        row.EndedAt = bench.Time.GetUtcNow().UtcTicks;
        row.Outcome = System.Text.Json.JsonSerializer.Serialize(outcome, SchedulesJson.Default.RunScheduleOutcome);
    });

    /// <summary>Changes the run that waits, as a runner would.</summary>
    private static Task ChangeAsync(ScheduleBench bench, ScheduleInfo schedule, Action<OperationRow> change) => bench.Data.Get<CatalogStore>().WriteAsync(
        context => change(context.Operations.Single(row => row.Subject == schedule.Id.Value && row.State == (int)OperationState.Queued)), DataBench.Cancel);
}
