using System.Diagnostics;
using System.Globalization;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// How long people wait for the first sign of life of the whole program: from the press, as Discord sees it, to the first answer. Small here;
/// <c>bench/answers</c> runs it at full size and prints what it measured.
/// </summary>
public sealed class AnswerTimeTests
{
    private const int Patience = 1_800_000;
    private const int PerSecond = 50;
    private const int PeopleARole = 12;

    private static readonly TimeSpan ColdLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BusyLimit = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan TypingLimit = TimeSpan.FromMilliseconds(100);

    // What Discord allows at most, and what must hold on any machine.
    private static readonly TimeSpan DiscordLimit = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task FirstPress_AfterAColdStart_IsAnsweredAtOnce()
    {
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        _ = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "first");
        var times = new Times();
        for (var i = 0; i < Figures.Size("SNAPSHOTBOT_TEST_COLD_STARTS", 2); i++)
        {
            await using var bot = await bench.ServeAsync(Cancel);
            var pressed = bench.As("viewer").Command("snapshot list");
            times.Add(await TakenAsync(bench, pressed));
            (await bench.As("viewer").ReadAsync(pressed, Cancel)).Text.ShouldContain("castle");
            (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        }

        Figures.Say($"first answer after a cold start: {times}");
        Judge(times.At(1), ColdLimit);
    }

    [Fact(Timeout = Patience)]
    public async Task Presses_FiftyASecondWhileASnapshotRuns_AreAnsweredAtOnce()
    {
        await using var bench = await DiscordBench.OpenAsync(DiscordBench.UnderLoad, Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "first");
        var id = made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
        await using var bot = await bench.ServeAsync(Cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var snapshots = SnapshotsAsync(bench, enough.Token);
        await bench.SeesAsync("viewer", "castle", Cancel);

        var kinds = await KindsAsync(bench, id);
        var times = kinds.ToDictionary(kind => kind.Name, _ => new Times());
        var all = new Times();
        var asked = new List<Task>();
        var length = TimeSpan.FromSeconds(Figures.Size("SNAPSHOTBOT_TEST_SECONDS", 4));
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(start) < length; i++)
        {
            if (TimeSpan.FromSeconds((double)i / PerSecond) - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, Cancel);
            }

            var (name, press) = kinds[i % kinds.Count];
            asked.Add(AskAsync(name, press()));
        }

        var took = Stopwatch.GetElapsedTime(start);
        await Task.WhenAll(asked);
        await enough.CancelAsync();
        var done = await snapshots;

        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{all.Count / took.TotalSeconds:0} presses a second while {done} snapshots ran: {all}"));
        foreach (var (name, each) in times)
        {
            Figures.Say($"  {name}: {each}");
        }

        done.ShouldBeGreaterThan(0, "a snapshot was to run meanwhile");
        Judge(all.At(0.99), BusyLimit);
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);

        async Task AskAsync(string name, Exchange exchange)
        {
            var taken = await TakenAsync(bench, exchange);
            times[name].Add(taken);
            all.Add(taken);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Suggestions_OverVeryManySnapshots_ComeAtOnce()
    {
        var count = Figures.Size("SNAPSHOTBOT_TEST_SNAPSHOT_COUNT", 2_000);
        await using var bench = await DiscordBench.OpenAsync(Cancel);
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        _ = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "model");
        await ManySnapshots.AddAsync(Path.Combine(bench.Environment["SNAPSHOTBOT_DATA"], "repository"), DiscordBench.Password, count, Cancel);
        var since = Stopwatch.GetTimestamp();
        _ = await bench.TerminalAsync("snapshot", "list", "--limit", "10");
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"{count} snapshots taken into the catalog in {Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s"));
        await using var bot = await bench.ServeAsync(Cancel);
        var viewer = bench.As("viewer");

        // The first key after a start, then words as people type them: beginnings, middles, ids, nothing that fits.
        string[] words = ["", "n", "night", $"nightly {count / 6 * 6}", "brücke", "1.21 ", "raid 1", "no such name", "castle/", "castle/hour", $"{count:x16}"];
        var times = new Times();
        for (var i = 0; i < Figures.Size("SNAPSHOTBOT_TEST_KEYS", 60); i++)
        {
            var typed = viewer.Type("snapshot info", "snapshot", words[i % words.Length]);
            times.Add(await TakenAsync(bench, typed));
        }

        Figures.Say($"suggestions over {count + 1} snapshots: {times}");
        Judge(times.At(0.99), TypingLimit);

        // And they are right: the newest first, what was renamed under its new name, what was deleted not at all.
        (await ChoicesAsync(viewer, "")).Count.ShouldBe(25);
        (await ChoicesAsync(viewer, ""))[0].ShouldContain("model");
        (await ChoicesAsync(viewer, "no such name")).ShouldBeEmpty();
        (await ChoicesAsync(viewer, ManySnapshots.NameOf(count))).ShouldHaveSingleItem();
        _ = await bench.TerminalAsync("snapshot", "rename", $"{count:x16}", "renamed since");
        (await ChoicesAsync(viewer, "renamed since")).ShouldHaveSingleItem();
        (await ChoicesAsync(viewer, ManySnapshots.NameOf(count))).ShouldBeEmpty();
        _ = await bench.TerminalAsync("snapshot", "delete", $"{count:x16}", "--yes");
        (await ChoicesAsync(viewer, "renamed since")).ShouldBeEmpty();
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
    }

    private static async Task<List<string>> ChoicesAsync(Actor who, string typed) =>
        [.. (await who.AnswerAsync(who.Type("snapshot info", "snapshot", typed), Cancel)).Choices.Select(choice => choice.Name)];

    /// <summary>Everything whose first answer people wait for, each as it is asked for, by one after the other of many: nobody presses as much alone.</summary>
    private static async Task<List<(string Name, Func<Exchange> Press)>> KindsAsync(DiscordBench bench, string snapshot)
    {
        var viewers = await PeopleAsync(bench, "Snapshot viewer");
        var mods = await PeopleAsync(bench, "Snapshot operator");
        var admins = await PeopleAsync(bench, "Snapshot admin");
        var stranger = bench.As("stranger");
        var open = await bench.PublicPostAsync(Cancel);
        var turn = 0;
        (Actor Who, Post Panel) Next(List<(Actor Who, Post Panel)> people) => people[turn++ % people.Count];
        return
        [
            ("list", () => Next(viewers).Who.Command("snapshot list")),
            ("typing a snapshot", () => Next(viewers).Who.Type("snapshot info", "snapshot", "fir")),
            ("page of a panel", () => OnPanel(Next(viewers), "pan:sna::0:u")),
            ("form", () => OnPanel(Next(mods), "new:")),
            ("card", () => Next(viewers).Who.Forge(open, "open:" + snapshot)),
            ("typing a server", () => Next(mods).Who.Type("snapshot create", "server", "cas")),
            ("rename's form", () => OnPanel(Next(mods), "form:rename:" + snapshot)),
            ("refusal", () => stranger.Command("snapshot list")),
            ("diff", () => Next(viewers).Who.Command("snapshot diff", ("snapshot", snapshot))),
            ("restore", () => Next(admins).Who.Command("snapshot restore", ("snapshot", snapshot))),
            ("browse", () => Next(mods).Who.Command("snapshot browse", ("snapshot", snapshot))),
            ("part", () => Next(admins).Who.Forge(open, "form:part:" + snapshot)),
        ];

        static Exchange OnPanel((Actor Who, Post Panel) person, string id) => person.Who.Forge(person.Panel, id);
    }

    /// <summary>People of one role, each with a panel of their own.</summary>
    private static async Task<List<(Actor Who, Post Panel)>> PeopleAsync(DiscordBench bench, string role)
    {
        var people = new List<(Actor, Post)>();
        for (var i = 0; i < PeopleARole; i++)
        {
            var person = bench.Discord.World.AddPerson($"{role} {i}");
            bench.Guild.AddMember(person, bench.Guild.Role(role));
            var who = bench.Discord.As(person, bench.Guild.Channels[0]);
            people.Add((who, await who.ReadAsync(who.Command("snapshot list"), Cancel)));
        }

        return people;
    }

    /// <summary>One snapshot after the other of a world that is another each time; how many, at the end.</summary>
    private static async Task<int> SnapshotsAsync(DiscordBench bench, CancellationToken enough)
    {
        var mod = bench.As("operator");
        var megabytes = Figures.Size("SNAPSHOTBOT_TEST_WORLD_MB", 48);
        var done = 0;
        while (!enough.IsCancellationRequested)
        {
            _ = await bench.Engine.ShellAsync(bench.Container, $"head -c {megabytes}000000 /dev/urandom >/data/world/region", Cancel);
            var name = string.Create(CultureInfo.InvariantCulture, $"load {++done}");
            _ = await mod.AnswerAsync(mod.Command("snapshot create", ("name", name)), Cancel);
            _ = await mod.SeesAsync(
                post => post.OnlyFor is null && post.Text.Contains(name, StringComparison.Ordinal)
                    && (post.Text.Contains("Saved", StringComparison.Ordinal) || post.Text.Contains("failed", StringComparison.Ordinal)),
                Cancel);
        }

        return done;
    }

    private static async Task<TimeSpan> TakenAsync(DiscordBench bench, Exchange exchange)
    {
        _ = await bench.As("owner").AnswerAsync(exchange, Cancel);
        exchange.State.ShouldNotBe(ExchangeState.NotAnswered);
        return exchange.AnsweredAt!.Value - exchange.PressedAt;
    }

    private static void Judge(double milliseconds, TimeSpan promised) =>
        TimeSpan.FromMilliseconds(milliseconds).ShouldBeLessThanOrEqualTo(Figures.IsStrict ? promised : DiscordLimit);
}
