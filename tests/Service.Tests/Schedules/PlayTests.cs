using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>Who played when, and what is due by it.</summary>
public sealed class PlayTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 18, 0, 0, TimeSpan.Zero);
    private static readonly PlayersAnswer Nobody = new PlayersAnswer.Known(0, []);
    private static readonly PlayersAnswer Two = new PlayersAnswer.Known(2, ["Anna", "Ben"]);

    [Fact]
    public async Task Sample_PeopleComeAndGo_IsTheTimeSomebodyWasOn()
    {
        await using var bench = new ScheduleBench(Start);
        var server = await bench.AddServerAsync();

        await PlayAsync(bench, (Nobody, 10), (Two, 60), (Nobody, 30), (new PlayersAnswer.Known(1, ["Ben"]), 15), (Nobody, 5));

        var history = bench.Data.Get<PlayHistory>();
        var since = history.Since(server, Start, bench.Time.GetUtcNow());
        since.Time.ShouldBeInRange(TimeSpan.FromMinutes(73), TimeSpan.FromMinutes(77));
        since.IsWhole.ShouldBeTrue();
        history.Since(server, bench.Time.GetUtcNow().AddMinutes(-3), bench.Time.GetUtcNow()).Time.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Since_NobodyAskedForAWhile_IsNotKnownAsAWhole()
    {
        await using var bench = new ScheduleBench(Start);
        var server = await bench.AddServerAsync();
        await PlayAsync(bench, (Nobody, 10));
        bench.Time.Advance(TimeSpan.FromMinutes(20));
        await PlayAsync(bench, (Nobody, 10));

        var history = bench.Data.Get<PlayHistory>();

        history.Since(server, Start, bench.Time.GetUtcNow()).IsWhole.ShouldBeFalse();
        history.Since(server, bench.Time.GetUtcNow().AddMinutes(-8), bench.Time.GetUtcNow()).IsWhole.ShouldBeTrue();
    }

    [Fact]
    public async Task Since_GameThatNeverAnswered_IsNotKnownHoweverShort()
    {
        await using var bench = new ScheduleBench(Start);
        var server = await bench.AddServerAsync();

        bench.Data.Get<PlayHistory>().Since(server, Start, Start.AddMinutes(1)).IsWhole.ShouldBeFalse();
    }

    [Fact]
    public async Task EveryTwoHoursOfPlay_PlayedInPieces_IsDueEachTimeOnce()
    {
        await using var bench = new ScheduleBench(Start);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "play", "every 2 hours of play");

        await PlayAsync(bench, (Two, 90), (Nobody, 600), (Two, 20));
        bench.RunsOf(schedule.Id).ShouldBeEmpty();
        await PlayAsync(bench, (Two, 15));
        bench.RunsOf(schedule.Id).Count.ShouldBe(1);
        await PlayAsync(bench, (Two, 130));

        bench.RunsOf(schedule.Id).Count.ShouldBe(2);
        bench.RunsOf(schedule.Id).Select(run => run.Slot).ShouldBeUnique();
    }

    [Fact]
    public async Task AfterTheLastPlayerLeaves_LostConnectionIsNoLeaving()
    {
        await using var bench = new ScheduleBench(Start);
        var schedule = await bench.SetAsync(await bench.AddServerAsync(), "after", "after the last player leaves");

        await PlayAsync(bench, (Nobody, 30));
        bench.RunsOf(schedule.Id).ShouldBeEmpty();
        await PlayAsync(bench, (Two, 30), (Nobody, 1), (Two, 30));
        bench.RunsOf(schedule.Id).ShouldBeEmpty();
        await PlayAsync(bench, (Nobody, 60));
        bench.RunsOf(schedule.Id).Count.ShouldBe(1);
        await PlayAsync(bench, (Two, 5), (Nobody, 5));

        bench.RunsOf(schedule.Id).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Set_GameCanNotBeAsked_SaysSo()
    {
        await using var bench = new ScheduleBench(Start);

        var saved = (await bench.TrySetAsync(await bench.AddServerAsync(), "nightly", "daily at 04:00", when: ScheduleWhen.Played)).ShouldBeOfType<ScheduleOutcome.Saved>();

        saved.Notes.ShouldContain(ScheduleNote.NoPlayerQuery);
    }

    [Fact]
    public async Task Forget_OldStretches_AreGone()
    {
        await using var bench = new ScheduleBench(Start);
        var server = await bench.AddServerAsync();
        await PlayAsync(bench, (Two, 10));

        bench.Time.Advance(PlayHistory.Kept + TimeSpan.FromDays(1));
        await bench.Data.Get<PlayHistory>().ForgetAsync(bench.Time.GetUtcNow(), DataBench.Cancel);

        bench.Data.Get<PlayHistory>().Since(server, Start, bench.Time.GetUtcNow()).Time.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Sample_AskingOneGameFails_TheOthersAreAsked()
    {
        await using var bench = new ScheduleBench(Start);
        await bench.AddServerAsync("a-hostile-one");
        var server = await bench.AddServerAsync("modpack");
        bench.Players.Faulty = "a-hostile-one";

        await PlayAsync(bench, (Two, 10));

        bench.Data.Get<PlayHistory>().Since(server, Start, bench.Time.GetUtcNow()).Time.ShouldBeGreaterThan(TimeSpan.FromMinutes(8));
    }

    [Fact]
    public async Task Sample_GameTellsManyLongNames_KeepsHowManyAndSomeNames()
    {
        await using var bench = new ScheduleBench(Start);
        var server = await bench.AddServerAsync();
        var names = Enumerable.Range(0, 1000).Select(number => $"{number:0000}{new string('é', 60)}").ToList();

        await PlayAsync(bench, (new PlayersAnswer.Known(1000, names), 3));

        var row = bench.Data.Get<CatalogStore>().Read(Rows.Play, "WHERE \"ServerId\" = @0", server.Value).ShouldHaveSingleItem();
        row.Online.ShouldBe(1000);
        row.Names.Length.ShouldBeInRange(PlayHistory.MostLetters / 2, PlayHistory.MostLetters);
        bench.Data.Get<PlayHistory>().WhoPlayed(server, Start, bench.Time.GetUtcNow())[0].Name.ShouldBe(names[0]);
    }

    [Fact]
    public async Task Forget_GameThatChangesItsAnswerEveryTime_KeepsSoManyStretches()
    {
        await using var bench = new ScheduleBench(Start);
        var server = await bench.AddServerAsync();
        using (var connection = bench.Data.Get<CatalogStore>().Connect())
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PlayHistory.MostStretches + 100})
                INSERT INTO "play" ("ServerId", "From", "Until", "Online", "Names") SELECT '{server.Value}', {Start.UtcTicks} + i * 10, {Start.UtcTicks} + i * 10 + 9, 1, '[]' FROM n
                """;
            command.ExecuteNonQuery();
        }

        await bench.Data.Get<PlayHistory>().ForgetAsync(Start, DataBench.Cancel);

        var left = bench.Data.Get<CatalogStore>().Read(Rows.Play, "WHERE \"ServerId\" = @0 ORDER BY \"From\"", server.Value);
        left.Count.ShouldBe(PlayHistory.MostStretches);
        left[0].From.ShouldBe(Start.UtcTicks + 1010);
    }

    /// <summary>Samples each minute for so many minutes.</summary>
    private static async Task PlayAsync(ScheduleBench bench, params (PlayersAnswer Answer, int Minutes)[] times)
    {
        var sampling = bench.Data.Get<IEnumerable<IPeriodicWork>>().OfType<PlayerSampling>().Single();
        foreach (var (answer, minutes) in times)
        {
            bench.Players.Answer = answer;
            for (var minute = 0; minute < minutes; minute++)
            {
                bench.Time.Advance(TimeSpan.FromMinutes(1));
                await sampling.RunAsync(DataBench.Cancel);
            }
        }
    }
}
