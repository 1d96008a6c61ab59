using Shouldly;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Tests.Discord.Evenings;
using SnapshotBot.Playground.State;
using SnapshotBot.Testing.Backends;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>The repository lies on another machine, which does not answer for a while. Discord waits three seconds all the same.</summary>
public sealed class SlowRepositoryTests
{
    private const int Patience = 600_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Forms_WhileItDoesNotAnswer_OpenAtOnce()
    {
        await using var bench = await EveningBench.OpenAsync("not told", Cancel);
        await using var server = await RcloneServer.StartAsync(Directory.CreateDirectory(Path.Combine(bench.DataFolder, "remote")).FullName, null, []);
        await bench.KeepAtAsync(server);
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        var id = await bench.SnapshotAsync("monday");
        var admin = bench.Discord.As("admin");
        var parts = await admin.ReadAsync(admin.Forge(admin.Say("hello"), "form:part:" + id), Cancel);

        server.StopAnswering();
        (await admin.AnswerAsync(admin.Click(parts, "A place on the map…"), Cancel)).Modal.ShouldNotBeNull();
        var named = await admin.AnswerAsync(admin.Click(parts, "By name…"), Cancel);
        named.Modal.ShouldNotBeNull();
        server.GoOn();

        // Sent empty it is no wish for the whole server.
        (await admin.ReadAsync(admin.Submit(named), Cancel)).Text.ShouldContain("Which part?");

        // After a restart nobody has read which worlds there are: that comes first, and the form with the next press.
        await bench.StopBotAsync();
        await bench.StartBotAsync();
        server.StopAnswering();
        var pressed = await admin.AnswerAsync(admin.Click(parts, "A place on the map…"), Cancel);
        (pressed.State, pressed.Modal, pressed.AnswersInPlace, pressed.FollowUps.Count).ShouldBe((ExchangeState.Answered, null, true, 0));
        server.GoOn();
        _ = await bench.Discord.WaitAsync(() => pressed.FollowUps.Count > 0 ? pressed : null, Cancel);
        (await admin.AnswerAsync(admin.Click(pressed.FollowUps[0], "A place on the map…"), Cancel)).Modal.ShouldNotBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task Reads_ThatWaitForIt_KeepNobodyElseWaitingAndEndWhenItAnswers()
    {
        await using var bench = await EveningBench.OpenAsync("not told", Cancel);
        await using var server = await RcloneServer.StartAsync(Directory.CreateDirectory(Path.Combine(bench.DataFolder, "remote")).FullName, null, []);
        await bench.KeepAtAsync(server);
        await bench.SetUpAsync();
        await bench.AddCastleAsync();
        var id = await bench.SnapshotAsync("monday");
        var people = Enumerable.Range(1, 5).Select(i => bench.Discord.World.AddPerson($"member {i}")).ToList();
        foreach (var person in people)
        {
            _ = bench.Guild.AddMember(person);
        }

        server.StopAnswering();
        var actors = people.Select(person => bench.Discord.As(person, bench.Guild.Channels[0])).ToList();
        var waiting = new List<(Playground.People.Actor Who, Exchange Asked)>();
        foreach (var who in actors)
        {
            for (var i = 0; i < Places.Most; i++)
            {
                waiting.Add((who, who.Command("snapshot diff", ("snapshot", id))));
            }
        }

        // More than there are workers, each told that an answer comes; then one more is too much, and whoever else asks is answered.
        foreach (var (who, asked) in waiting)
        {
            (await who.AnswerAsync(asked, Cancel)).State.ShouldBe(ExchangeState.Deferred);
        }

        (await actors[0].ReadAsync(actors[0].Command("snapshot list"), Cancel)).Text.ShouldContain("still being worked on");
        (await bench.Discord.As("stranger").ReadAsync(bench.Discord.As("stranger").Command("snapshot create"), Cancel)).Text.ShouldContain("not allowed");

        server.GoOn();
        foreach (var (who, asked) in waiting)
        {
            (await who.ReadAsync(asked, Cancel)).Text.ShouldContain("monday");
        }
    }
}
