using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>What becomes of what is due: run, caught up once, or recorded as missed; never twice, never silently lost.</summary>
public sealed class OccurrenceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 28, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Take_AlarmRings_IsOneOperationAndTheNextTime()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00");
        bench.Time.SetUtcNow(Noon.AddHours(14).AddSeconds(1));

        var next = await bench.TakeAsync(schedule.Id);
        await bench.TakeAsync(schedule.Id);

        next.ShouldBe(Noon.AddHours(38));
        var run = bench.RunsOf(schedule.Id).ShouldHaveSingleItem();
        run.State.ShouldBe(ScheduleRunState.Waiting);
        run.Slot.ShouldBe("2026-03-29T04:00:00");
        run.DueAt.ShouldBe(Noon.AddHours(14));
    }

    [Fact]
    public async Task Take_DownOverDaysAndAChangeOfTheClocks_CatchesUpOnceAndRecordsTheRest()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 02:30");

        // Down from the 28th at noon to the 31st at 06:30 local: the 29th (at 03:00, 02:30 was skipped), 30th and 31st.
        bench.Time.SetUtcNow(new DateTimeOffset(2026, 3, 31, 4, 30, 0, TimeSpan.Zero));
        await bench.TakeAsync(schedule.Id);

        var runs = bench.RunsOf(schedule.Id);
        runs.Select(run => run.State).ShouldBe([ScheduleRunState.Missed, ScheduleRunState.Missed, ScheduleRunState.Waiting]);
        runs.Select(run => run.Slot).ShouldBe(["2026-03-29T03:00:00", "2026-03-30T02:30:00", "2026-03-31T02:30:00"]);
    }

    [Theory]
    [InlineData("hourly", 25)]
    [InlineData("every 30 minutes", 50)]
    [InlineData("every 6 hours", 4)]
    public async Task Take_DownOverTheHourThatComesTwice_DoublesAndLosesNothing(string every, int occurrences)
    {
        var evening = new DateTimeOffset(2026, 10, 24, 21, 59, 0, TimeSpan.Zero);
        await using var bench = new ScheduleBench(evening);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "steps", every);
        bench.Time.SetUtcNow(evening.AddHours(25));

        await bench.TakeAsync(schedule.Id);

        var runs = bench.RunsOf(schedule.Id);
        runs.Select(run => run.Slot).ShouldBeUnique();
        runs.Sum(run => run.Outcome is RunScheduleOutcome.Missed missed ? missed.Count : 1).ShouldBe(occurrences);
        runs.Count(run => run.State != ScheduleRunState.Missed).ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Take_ZoneChangesAfterTheRun_RunsAtThatTimeOfTheNewZoneToo()
    {
        var noon = new DateTimeOffset(2026, 6, 10, 12, 0, 0, TimeSpan.Zero);
        await using var bench = new ScheduleBench(noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "evening", "daily at 18:30");
        bench.Time.SetUtcNow(noon.AddHours(4.5).AddSeconds(1));
        await bench.TakeAsync(schedule.Id);
        bench.Time.SetUtcNow(noon.AddHours(5));
        await bench.SetAsync(server, "evening", "daily at 18:30", "America/New_York");

        bench.Time.SetUtcNow(noon.AddHours(10.5).AddSeconds(1));
        await bench.TakeAsync(schedule.Id);
        await bench.TakeAsync(schedule.Id);

        var runs = bench.RunsOf(schedule.Id);
        runs.Select(run => run.DueAt).ShouldBe([noon.AddHours(4.5), noon.AddHours(10.5)]);
        runs.ShouldAllBe(run => run.State == ScheduleRunState.Waiting && run.Slot == "2026-06-10T18:30:00");
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-6, 2)]
    public async Task Take_RowOfAVersionWhoseKeysHadNoZone_IsNotRunTwiceNorInTheWay(int hours, int runs)
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00");
        var due = Noon.AddHours(14);
        var request = new RunSchedule { Schedule = schedule.Id, Server = schedule.ServerId, Due = due.AddHours(hours), Slot = "2026-03-29T04:00:00" };
        var row = bench.Data.Get<OperationQueue>().RowOf(OperationId.New(bench.Time), request, Occurrences.Clock, $"{schedule.Id.Value}@{request.Slot}", Waiting.Nobody);
        await bench.Data.Get<CatalogStore>().WriteAsync(context => { context.Operations.Add(row); }, DataBench.Cancel);
        bench.Time.SetUtcNow(due.AddSeconds(1));

        await bench.TakeAsync(schedule.Id);

        bench.RunsOf(schedule.Id).Count.ShouldBe(runs);
    }

    [Fact]
    public async Task Take_NewestIsOlderThanItsWindow_IsMissedToo()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00");

        // 04:00 local is 02:00 UTC; half a day later nobody wants last night's run any more.
        bench.Time.SetUtcNow(Noon.AddHours(14) + TimeSpan.FromHours(12) + TimeSpan.FromMinutes(1));
        await bench.TakeAsync(schedule.Id);

        bench.RunsOf(schedule.Id).ShouldHaveSingleItem().State.ShouldBe(ScheduleRunState.Missed);
    }

    [Fact]
    public async Task Take_DownForMonths_SharesOneRecordForTheOldOnes()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "often", "every 5 minutes");
        bench.Time.SetUtcNow(Noon.AddDays(100));

        await bench.TakeAsync(schedule.Id);

        var runs = bench.RunsOf(schedule.Id);
        runs.Count.ShouldBeLessThan(60);
        runs.Sum(run => run.Outcome is RunScheduleOutcome.Missed missed ? missed.Count : 1).ShouldBe(100 * 24 * 12);
    }

    [Fact]
    public async Task Take_ClocksPutBack_DoesNotRunAgain()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00");
        bench.Time.SetUtcNow(Noon.AddHours(14).AddSeconds(1));
        await bench.TakeAsync(schedule.Id);
        await using var earlier = new ScheduleBench(Noon.AddHours(13), bench.Data.Root);

        await earlier.TakeAsync(schedule.Id);
        earlier.Time.SetUtcNow(Noon.AddHours(14).AddSeconds(2));
        await earlier.TakeAsync(schedule.Id);

        earlier.RunsOf(schedule.Id).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Take_PausedAndResumed_MissesNothingThatWasNotWanted()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00");
        await bench.Changes.PauseAsync(schedule.Id, new Requester("terminal:test"), DataBench.Cancel);
        bench.Time.SetUtcNow(Noon.AddDays(10));
        (await bench.TakeAsync(schedule.Id)).ShouldBeNull();

        var resumed = (await bench.Changes.ResumeAsync(schedule.Id, DataBench.Cancel)).ShouldBeOfType<ScheduleOutcome.Resumed>().Schedule;
        await bench.TakeAsync(schedule.Id);

        bench.RunsOf(schedule.Id).ShouldBeEmpty();
        resumed.Next.ShouldBe(Noon.AddDays(10).AddHours(14));
    }

    [Fact]
    public async Task Set_SameNameAgain_ChangesItAndStartsItsTimesNow()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var made = await bench.SetAsync(server, "nightly", "daily at 04:00", keep: "daily=14");
        bench.Time.SetUtcNow(Noon.AddHours(30));

        var changed = (await bench.TrySetAsync(server, "nightly", "every 6 hours", zone: null)).ShouldBeOfType<ScheduleOutcome.Saved>();
        await bench.TakeAsync(made.Id);

        changed.Schedule.Id.ShouldBe(made.Id);
        changed.Schedule.Keep.ShouldBe("daily=14");
        changed.Schedule.Zone.ShouldBe("Europe/Berlin");
        changed.Notes.ShouldContain(ScheduleNote.Changed);
        bench.RunsOf(made.Id).ShouldBeEmpty();
    }

    [Fact]
    public async Task Set_FirstWithoutAZone_IsAskedForOneAndLaterOnesTakeIt()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();

        (await bench.TrySetAsync(server, "nightly", "daily at 04:00", zone: null)).ShouldBeOfType<ScheduleOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ZoneNeeded>();
        var first = (await bench.TrySetAsync(server, "nightly", "daily at 04:00", zone: "America/New_York")).ShouldBeOfType<ScheduleOutcome.Saved>();
        var second = await bench.SetAsync(server, "noon", "daily at noon", zone: null);

        first.Notes.ShouldContain(ScheduleNote.ZoneIsDefault);
        second.Zone.ShouldBe("America/New_York");
        second.Next.ShouldBe(new DateTimeOffset(2026, 3, 28, 16, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Set_SameNameOnTwoServers_IsFoundByServerAndName()
    {
        await using var bench = new ScheduleBench(Noon);
        var first = await bench.SetAsync(await bench.AddServerAsync("modpack"), "nightly", "daily at 04:00");
        await bench.SetAsync(await bench.AddServerAsync("valheim"), "nightly", "daily at 05:00");

        bench.Reads.Find("nightly").ShouldBeOfType<ScheduleFound.Refused>().Refusal.ShouldBeOfType<Refusal.ScheduleAmbiguous>().Candidates.ShouldBe(["modpack/nightly", "valheim/nightly"]);
        bench.Reads.Find("modpack/nightly").ShouldBeOfType<ScheduleFound.One>().Schedule.Id.ShouldBe(first.Id);
        bench.Reads.Find("nothing").ShouldBeOfType<ScheduleFound.Refused>().Refusal.ShouldBeOfType<Refusal.ScheduleUnknown>();
    }

    [Fact]
    public async Task ChannelGone_SaidOnce_IsNotSaidAgain()
    {
        await using var bench = new ScheduleBench(Noon);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00");

        (await bench.Changes.ChannelGoneAsync(schedule.Id, DataBench.Cancel)).ShouldBeTrue();
        (await bench.Changes.ChannelGoneAsync(schedule.Id, DataBench.Cancel)).ShouldBeFalse();

        await GuardAsync(bench);
        var told = bench.Data.Get<Incidents>().List(IncidentFilter.Open, 10).ShouldHaveSingleItem();
        told.Cause.ShouldBe(new IncidentCause.Gone(schedule.Id.Value, "nightly", IncidentCause.Gone.Channel));
        told.Times.ShouldBe(1);
        await bench.Changes.SetAsync(
            new ScheduleDraft { Name = "nightly", Server = schedule.ServerId, Every = "daily at 04:00", Channel = 77 }, new Requester("terminal:test"), DataBench.Cancel);
        await GuardAsync(bench);
        bench.Data.Get<Incidents>().List(IncidentFilter.Open, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task Take_SixHoursDownAndCaughtUpAtOnce_IsAnIncidentAllTheSame()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly", zone: "UTC");
        bench.Time.SetUtcNow(Noon.AddHours(6));

        await bench.TakeAsync(schedule.Id);

        var incidents = bench.Data.Get<Incidents>();
        var opened = incidents.OpenOf(server).ShouldHaveSingleItem();
        opened.Cause.ShouldBe(new IncidentCause.RunMissed(schedule.Id.Value, "hourly", 5, Noon.AddHours(1)));
        await bench.Data.Get<Catalog.CatalogStore>().WriteAsync(
            context =>
            {
                var row = context.Operations.Single(one => one.State == (int)OperationState.Queued);
                row.State = (int)OperationState.Ended;
                row.Outcome = System.Text.Json.JsonSerializer.Serialize<RunScheduleOutcome>(
                    new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, null), SchedulesJson.Default.RunScheduleOutcome);
            },
            DataBench.Cancel);
        await GuardAsync(bench);
        incidents.OpenOf(server).ShouldBeEmpty();

        // Whoever tells of incidents and looks only now still hears of it.
        await using var watch = incidents.WatchAsync(opened.Revision - 1, DataBench.Cancel).GetAsyncEnumerator(DataBench.Cancel);
        (await watch.MoveNextAsync()).ShouldBeTrue();
        (watch.Current.Id, watch.Current.ResolvedAt is not null, watch.Current.Cause).ShouldBe((opened.Id, true, opened.Cause));
    }

    [Fact]
    public async Task Take_MissedAgainWhileTheIncidentIsOpen_AddsUp()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "nightly", "daily at 04:00", zone: "UTC");
        bench.Time.SetUtcNow(Noon.AddDays(1).AddHours(5));
        await bench.TakeAsync(schedule.Id);

        bench.Time.SetUtcNow(Noon.AddDays(3).AddHours(5));
        await bench.TakeAsync(schedule.Id);

        bench.Data.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem().Cause
            .ShouldBe(new IncidentCause.RunMissed(schedule.Id.Value, "nightly", 3, Noon.AddHours(16)));
    }

    [Fact]
    public async Task Run_ItsTurnComesTooLate_IsMissedAndAnIncident()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly", zone: "UTC");
        bench.Time.SetUtcNow(Noon.AddHours(1));
        await bench.TakeAsync(schedule.Id);
        bench.Time.SetUtcNow(Noon.AddHours(1).AddMinutes(31));

        await RunAsync(bench, bench.RunsOf(schedule.Id).ShouldHaveSingleItem().Operation);

        bench.RunsOf(schedule.Id).ShouldHaveSingleItem().State.ShouldBe(ScheduleRunState.Missed);
        bench.Data.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem().Cause
            .ShouldBe(new IncidentCause.RunMissed(schedule.Id.Value, "hourly", 1, Noon.AddHours(1)));
    }

    [Fact]
    public async Task Run_ServerGoneAndCutOffBeforeThePause_IsReportedAllTheSame()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly");
        await bench.Data.Get<Servers.ServerStore>().RemoveAsync(server, DataBench.Cancel);
        using (var connection = bench.Data.Get<Catalog.CatalogStore>().Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TRIGGER cut BEFORE UPDATE OF \"Paused\" ON \"schedules\" BEGIN SELECT RAISE(ABORT, 'cut off'); END";
            command.ExecuteNonQuery();
        }

        bench.Time.SetUtcNow(Noon.AddHours(1));
        await bench.TakeAsync(schedule.Id);
        await RunAsync(bench, bench.RunsOf(schedule.Id).ShouldHaveSingleItem().Operation);

        bench.Reads.List(null).ShouldHaveSingleItem().Pause.ShouldBe(SchedulePause.Active);
        bench.Data.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem().Cause.ShouldBeOfType<IncidentCause.Gone>();
    }

    [Fact]
    public async Task Run_ServerGone_IsReportedOnceAndTheSchedulePaused()
    {
        await using var bench = new ScheduleBench(Noon);
        var server = await bench.AddServerAsync();
        var schedule = await bench.SetAsync(server, "hourly", "hourly");
        var was = bench.Data.Get<Servers.ServerStore>().Get(server);
        await bench.Data.Get<Servers.ServerStore>().RemoveAsync(server, DataBench.Cancel);

        for (var hour = 1; hour <= 5; hour++)
        {
            bench.Time.SetUtcNow(Noon.AddHours(hour).AddSeconds(1));
            await bench.TakeAsync(schedule.Id);
            foreach (var waiting in bench.RunsOf(schedule.Id).Where(run => run.State == ScheduleRunState.Waiting))
                await RunAsync(bench, waiting.Operation);
        }

        var run = bench.RunsOf(schedule.Id).ShouldHaveSingleItem();
        run.State.ShouldBe(ScheduleRunState.Failed);
        run.Outcome.ShouldBeOfType<RunScheduleOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.ServerUnknown>();
        bench.Reads.List(null).ShouldHaveSingleItem().Pause.ShouldBe(SchedulePause.ServerGone);
        var told = bench.Data.Get<Incidents>().List(IncidentFilter.All, 10).ShouldHaveSingleItem();
        told.Cause.ShouldBe(new IncidentCause.Gone(schedule.Id.Value, "hourly", IncidentCause.Gone.Server));
        (told.Server, told.Times).ShouldBe(("modpack", 1));

        await GuardAsync(bench);
        bench.Data.Get<Incidents>().OpenOf(server).ShouldHaveSingleItem();
        await bench.Data.Get<Servers.ServerStore>().AddAsync(was, Servers.ServerOrigin.Repository, DataBench.Cancel);
        await GuardAsync(bench);
        bench.Data.Get<Incidents>().OpenOf(server).ShouldBeEmpty();
    }

    [Fact]
    public async Task Home_OfARemovedServer_IsWhereItWas()
    {
        await using var bench = new ScheduleBench(Noon);
        var (own, other) = (new Servers.ServerId("s-0123456789ab"), await bench.AddServerAsync());
        var servers = bench.Data.Get<Servers.ServerStore>();
        await servers.AddAsync(new Servers.GameServer { Id = own, Name = "valheim", Containers = [], Guild = ulong.MaxValue }, Servers.ServerOrigin.Command, DataBench.Cancel);
        await bench.Data.Get<Guilds.SettingChanges>().SetAsync("guilds", "7,8", null, DataBench.Cancel);
        await servers.RemoveAsync(own, DataBench.Cancel);
        await servers.RemoveAsync(other, DataBench.Cancel);

        var homes = bench.Data.Get<Guilds.GuildServers>();
        homes.HomeOf(own).ShouldBe(ulong.MaxValue);
        homes.HomeOf(other).ShouldBe(7UL);
        homes.HomeOf(new Servers.ServerId("s-never")).ShouldBeNull();
    }

    private static Task GuardAsync(ScheduleBench bench) => bench.Data.Get<IEnumerable<IPeriodicWork>>().OfType<GuardRounds>().Single().RunAsync(DataBench.Cancel);

    private static async Task RunAsync(ScheduleBench bench, OperationId id)
    {
        await using var lease = (await bench.Data.Get<Runner>().TryBecomeAsync(null, DataBench.Cancel)).ShouldNotBeNull();
        await bench.Data.Get<Runner>().RunAsync(lease, id, null, WhenStopped.HandOver, DataBench.Cancel);
    }
}
