using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.State;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// A busy guild's day with everything Discord does to a bot. Short here; <c>SNAPSHOTBOT_TEST_DAY_HOURS=24</c> and
/// <c>SNAPSHOTBOT_TEST_RECONNECTS=1000</c> are the full sizes.
/// </summary>
public sealed class DayTests
{
    private const int Patience = 7_200_000;

    // As long as an interaction's token is good for: what has no answer by then was lost.
    private static readonly TimeSpan TokenTime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan DiscordLimit = TimeSpan.FromSeconds(3);
    private static readonly DateTimeOffset Morning = new(2026, 11, 24, 4, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Day_UnderEveryFault_NothingIsLostAnsweredTwiceOrAskedTooOften()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var bench = await DiscordBench.OpenAsync(DiscordBench.Usual with { Time = clock, AnswerTime = TokenTime }, Cancel);
        var snapshot = await Presses.PrepareAsync(bench, Cancel);
        await using var bot = await SimulatedBot.StartAsync(bench, clock);
        var length = TimeSpan.FromHours(Figures.Size("SNAPSHOTBOT_TEST_DAY_HOURS", 1));
        var day = new Day(bench, bot, snapshot, new Random(Presses.Seed));
        var since = Stopwatch.GetTimestamp();

        await day.LiveAsync(length);

        var ledger = bench.Discord.Ledger;
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"{length.TotalHours:0} h in {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s: {day.Asked} interactions, {day.Faults} faults, {bench.Discord.Logins.Identifies} logins, {bench.Discord.Logins.Resumes} resumed; "
            + $"{ledger.Total} requests, busiest second {ledger.BusiestSecond}, 401/403/429 {ledger.InvalidRequests} of which {day.Scripted} were scripted; "
            + $"lost {day.Lost.Count}, later than 3 s {day.Late} within a fault, {day.LateWithoutAFault} without one, {day.LateInACrowd} in crowds of {Day.Crowd} (the last after {day.LongestInACrowd.TotalSeconds:0} s); "
            + $"a panel that was kept was edited {day.KeptPanel.Edits} times; {day.Works} times saved, restored, looked into and deleted under a fault; "
            + $"managed heap {string.Join(", ", day.Heap.Where((_, at) => at % Math.Max(1, day.Heap.Count / 8) == 0).Select(bytes => $"{bytes / 1048576.0:0}"))} MiB"));
        day.Lost.ShouldBeEmpty(bot.Log);
        day.LateWithoutAFault.ShouldBe(0);
        day.LongestInACrowd.ShouldBeLessThan(Day.CrowdTime, "no longer than fifty answers a second explain");
        day.KeptPanel.Edits.ShouldBeGreaterThanOrEqualTo((int)(2 * length.TotalHours), "an old message is drawn too, all day");
        day.Works.ShouldBeGreaterThan(0);
        if (length >= TimeSpan.FromHours(12))
        {
            // For the first hours the stand-in fills what it keeps of requests, events and interactions.
            day.Heap.TakeLast(day.Heap.Count / 4).Average().ShouldBeLessThan(
                day.Heap.Skip(day.Heap.Count / 4).Take(day.Heap.Count / 4).Average() * 1.15, "it does not grow with what was asked");
        }

        ledger.BusiestSecond.ShouldBeLessThanOrEqualTo(50);
        ledger.InvalidRequests.ShouldBeLessThan(100);
        ledger.InvalidRequests.ShouldBeLessThanOrEqualTo(day.Scripted, "refused only where the day refuses: " + Limited(bot));
        _ = await bot.StopAsync();
        bot.Log.ShouldNotContain("should not happen");
        bot.Log.ShouldNotContain(bench.Discord.Token);
    }

    [Fact(Timeout = Patience)]
    public async Task Reconnects_VeryMany_LoseNothing()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var bench = await DiscordBench.OpenAsync(DiscordBench.Usual with { Time = clock, AnswerTime = TokenTime }, Cancel);
        _ = await Presses.PrepareAsync(bench, Cancel);
        await using var bot = await SimulatedBot.StartAsync(bench, clock);
        var viewer = bench.As("viewer");
        var count = Figures.Size("SNAPSHOTBOT_TEST_RECONNECTS", 12);
        for (var i = 0; i < count; i++)
        {
            var before = bench.Discord.Logins.Resumes;
            switch (i % 4)
            {
                case 0:
                    bench.Discord.Faults.DropConnections();
                    break;
                case 1:
                    bench.Discord.Faults.AskToReconnect();
                    break;
                case 2:
                    bench.Discord.Faults.CloseConnections(GatewayClose.UnknownError);
                    break;
                default:
                    bench.Discord.Faults.InvalidateSessions(SessionFate.MayResume);
                    break;
            }

            // Pressed while nobody is there to hear it, and once more when they are back.
            Exchange[] asked = [viewer.Command("snapshot list"), viewer.Type("snapshot info", "snapshot", "")];
            if (!await bot.AnsweredAsync(asked, TokenTime))
            {
                Assert.Fail($"reconnect {i}: {bot.Log}");
            }

            asked.ShouldAllBe(one => one.State != ExchangeState.NotAnswered);
            (await bot.DriveAsync(() => bench.Discord.Logins.Resumes > before && bench.Discord.Connected == 1, TokenTime)).ShouldBeTrue($"resume {i}");

            // A connection that held for a while is replaced at once; one that did not is waited with.
            await bot.PassAsync(TimeSpan.FromSeconds(11));
        }

        Figures.Say($"{count} reconnects: {bench.Discord.Logins.Resumes} resumed, {bench.Discord.Logins.Identifies} logins, {2 * count} interactions answered");
        bench.Discord.Logins.Identifies.ShouldBe(1, "every session was taken up again");
        bench.Discord.Ledger.InvalidRequests.ShouldBe(0);
        _ = await bot.StopAsync();
    }

    /// <summary>What it was told to wait with, and how often.</summary>
    private static string Limited(SimulatedBot bot) =>
        string.Join("; ", Regex.Matches(bot.Log, @"\S+ \S+ must wait .*", RegexOptions.NonBacktracking).Select(found => Regex.Replace(found.Value, "[0-9]{6,}", "N", RegexOptions.NonBacktracking))
            .GroupBy(line => line).OrderByDescending(same => same.Count()).Take(20).Select(same => $"{same.Count()} x {same.Key}"));

    /// <summary>One day: people press things, some together, and every so often something goes wrong.</summary>
    private sealed class Day(DiscordBench bench, SimulatedBot bot, string snapshot, Random random)
    {
        private static readonly TimeSpan BetweenFaults = TimeSpan.FromMinutes(11);
        private static readonly TimeSpan FaultLasts = TimeSpan.FromMinutes(3);
        private static readonly TimeSpan WorkTime = TimeSpan.FromMinutes(2);

        // The faults under which something is done as well: the line cut; requests refused as too many, answered with 503, cut.
        private static readonly int[] WorkUnder = [0, 2, 10, 11];

        // More than there is room for at once. Discord takes fifty requests a second: so long it may be until the last one has its answer.
        public const int Crowd = 1_200;
        public static readonly TimeSpan CrowdTime = TimeSpan.FromSeconds((Crowd / 50) + 6);

        private readonly Presses _presses = new(bench, snapshot, random);
        private readonly StandIn _discord = bench.Discord;
        private DateTimeOffset _faultUntil;
        private DateTimeOffset _nextFault;
        private int _number;

        public int Asked { get; private set; }

        public int Faults { get; private set; }

        public int Scripted { get; private set; }

        public int Late { get; private set; }

        public int LateWithoutAFault { get; private set; }

        public int LateInACrowd { get; private set; }

        public TimeSpan LongestInACrowd { get; private set; }

        public List<string> Lost { get; } = [];

        /// <summary>How often people saved, restored and deleted, each time while something was wrong.</summary>
        public int Works { get; private set; }

        /// <summary>The managed heap of all that is in this process, the stand-in too, at each fault; without what was logged.</summary>
        public List<long> Heap { get; } = [];

        /// <summary>A panel nobody deletes, in a channel of its own.</summary>
        public Post KeptPanel => bench.Guild.Channels[1].Posts.Single(post => post.Author is null && post.OnlyFor is null && !post.IsDeleted);

        public async Task LiveAsync(TimeSpan length)
        {
            await AskAsync(bench.As("admin").In(bench.Guild.Channels[1]).Command("panel"));
            var end = bot.Clock.GetUtcNow() + length;
            _nextFault = bot.Clock.GetUtcNow() + TimeSpan.FromMinutes(2);
            while (bot.Clock.GetUtcNow() < end && Lost.Count == 0)
            {
                if (bot.Clock.GetUtcNow() >= _nextFault)
                {
                    _nextFault = bot.Clock.GetUtcNow() + BetweenFaults;
                    await GoWrongAsync();
                    Weigh();
                }

                // Mostly one at a time, now and then an evening's crowd.
                await AskAsync(random.Next(40) == 0 ? 50 : 1 + random.Next(2));
                await bot.PassAsync(TimeSpan.FromSeconds(4 + random.Next(20)));
            }
        }

        private Task AskAsync(int count) => AskAsync([.. Enumerable.Range(0, count).Select(_ => random.Next(20) == 0 ? _presses.Reading() : _presses.Any())]);

        private async Task AskAsync(params Exchange[] asked)
        {
            Asked += asked.Length;
            var isFault = bot.Clock.GetUtcNow() < _faultUntil;
            _ = await bot.AnsweredAsync(asked, TokenTime);
            foreach (var one in asked)
            {
                if (one.State is ExchangeState.Waiting or ExchangeState.NotAnswered)
                {
                    Lost.Add($"{one.Kind} of {one.PressedAt:HH:mm:ss}, fault {_number}: {one.Payload["data"]?.ToJsonString()}");
                }
                else if (one.AnsweredAt - one.PressedAt is { } took && took > DiscordLimit)
                {
                    if (asked.Length == Crowd)
                    {
                        LateInACrowd++;
                        LongestInACrowd = took > LongestInACrowd ? took : LongestInACrowd;
                        continue;
                    }

                    var isFaultStill = isFault || bot.Clock.GetUtcNow() < _faultUntil;
                    (Late, LateWithoutAFault) = isFaultStill ? (Late + 1, LateWithoutAFault) : (Late, LateWithoutAFault + 1);
                }
            }
        }

        private async Task GoWrongAsync()
        {
            Faults++;
            _number = (_number + 1) % 16;
            // A crowd is no fault of Discord's.
            const int CrowdNumber = 5;
            _faultUntil = bot.Clock.GetUtcNow() + (_number == CrowdNumber ? TimeSpan.Zero : FaultLasts);
            switch (_number)
            {
                case 0:
                    _discord.Faults.DropConnections();
                    break;
                case 1:
                    _discord.Faults.AskToReconnect();
                    break;
                case 2:
                    Script("*", "/channels", new RestFault.Kind.Limited(TimeSpan.FromSeconds(1), LimitScope.Shared), 3);
                    break;
                case 3:
                    // What is pressed while the session is lost Discord tells nobody: so nobody presses until they are back.
                    var logins = _discord.Logins.Identifies;
                    _discord.Faults.InvalidateSessions(SessionFate.Lost);
                    (await bot.DriveAsync(() => _discord.Logins.Identifies > logins && _discord.Connected == 1, TokenTime)).ShouldBeTrue("it logs in anew");
                    break;
                case 4:
                    _discord.Faults.TurnToZombies();
                    break;
                case CrowdNumber:
                    // The line holds what there is no room for.
                    await AskAsync(Crowd);
                    break;
                case 6:
                    _discord.Faults.InvalidateSessions(SessionFate.MayResume);
                    break;
                case 7:
                    Script("*", "/webhooks", new RestFault.Kind.Limited(TimeSpan.FromSeconds(2), LimitScope.Global), 2);
                    break;
                case 8:
                    Script("POST", "/interactions", new RestFault.Kind.Limited(TimeSpan.FromMilliseconds(300), LimitScope.User), 2);
                    break;
                case 9:
                    Script("*", "/webhooks", new RestFault.Kind.Limited(TimeSpan.FromSeconds(3), LimitScope.Edge), 2);
                    break;
                case 10:
                    Script("*", "/", new RestFault.Kind.Status(503), 6);
                    break;
                case 11:
                    Script("*", "/", new RestFault.Kind.Cut(), 3);
                    break;
                case 12:
                    _discord.Faults.ExpireTokens();
                    break;
                case 13:
                    await TidyUpAsync();
                    break;
                case 14:
                    await LoseAChannelAsync();
                    break;
                default:
                    _discord.Faults.RefuseConnections(2);
                    _discord.Faults.DropConnections();
                    break;
            }

            await AskAsync(3);
            if (WorkUnder.Contains(_number))
            {
                await WorkAsync();
            }
        }

        /// <summary>Somebody saves, breaks the world, restores it, looks into a snapshot and deletes one: each message grows up and comes to its end, and is the only one.</summary>
        private async Task WorkAsync()
        {
            var (mod, admin, name) = (bench.As("operator"), bench.As("admin"), $"work {++Works}");
            await AskAsync(mod.Command("snapshot create", ("name", name)));
            var saved = await EndsAsync($"Saved **{name}**", 1);
            saved.Edits.ShouldBeGreaterThan(0);

            _ = await bench.Engine.ShellAsync(bench.Container, $"echo 'broken {Works}' >/data/level.dat", Cancel);
            const string restored = "Restored **the one**";
            var before = _discord.World.Look(() => Told(restored)).Count;
            await YesAsync(admin, admin.Command("snapshot restore", ("snapshot", snapshot)), "Restore");
            (await EndsAsync(restored, before + 1)).Edits.ShouldBeGreaterThan(0);
            (await bench.WorldAsync(Cancel)).ShouldBe("day 1");

            (await ReadAsync(mod.Command("snapshot browse", ("snapshot", snapshot), ("path", "/data")))).Text.ShouldContain("2 entries");
            (await ReadAsync(mod.Command("snapshot get", ("snapshot", snapshot), ("path", "/data/level.dat")))).Body["attachments"]!.AsArray().Count.ShouldBe(1);

            await YesAsync(admin, admin.Command("snapshot delete", ("snapshot", "castle/" + name)), "Delete");
            _ = await EndsAsync($"Deleted **{name}**", 1);
        }

        private async Task YesAsync(Actor who, Exchange asked, string button)
        {
            var card = await ReadAsync(asked);
            await AskAsync(who.Click(card, button));
        }

        /// <summary>What the answer says when it is there as a whole.</summary>
        private async Task<Post> ReadAsync(Exchange asked)
        {
            await AskAsync(asked);
            await UntilAsync(() => asked.State == ExchangeState.Answered, $"an answer to {asked.Payload["data"]?.ToJsonString()}");
            return asked.Answer!;
        }

        private List<Post> Told(string text) =>
            [.. bench.Guild.Channels[0].Posts.Where(post => post.OnlyFor is null && post.Author is null && post.Text.Contains(text, StringComparison.Ordinal))];

        /// <summary>What was begun is told to its end, in so many messages of those that are remembered.</summary>
        private async Task<Post> EndsAsync(string text, int times)
        {
            await UntilAsync(() => _discord.World.Look(() => Told(text).Count >= times), text);
            var told = _discord.World.Look(() => Told(text));
            told.Count.ShouldBe(times, text);
            return told[^1];
        }

        private async Task UntilAsync(Func<bool> isSo, string what)
        {
            if (!await bot.WorkAsync(isSo, WorkTime))
            {
                var told = _discord.World.Look(() => string.Join("\n", bench.Guild.Channels[0].Posts.TakeLast(5).Select(post => $"> {post.Text}")));
                Assert.Fail($"Under fault {_number} there was not: {what}; the last there is:\n{told}\n{bot.Log}");
            }
        }

        private void Weigh()
        {
            _discord.World.ForgetOwn(bot.Clock.GetUtcNow() - TimeSpan.FromHours(1));
            GC.Collect();
            Heap.Add(GC.GetTotalMemory(forceFullCollection: false) - bot.LogBytes);
        }

        /// <summary>A moderator deletes what the bot posted; facts that change would have been drawn there.</summary>
        private async Task TidyUpAsync()
        {
            var admin = bench.As("admin");
            await AskAsync(admin.Command("panel"));
            foreach (var post in bench.Guild.Channels[0].Posts.Where(post => post.Author is null && post.OnlyFor is null && !post.IsDeleted).ToList())
            {
                _discord.World.Delete(post);
            }

            await AskAsync(bench.As("operator").Command("snapshot lock", ("snapshot", snapshot)));
        }

        /// <summary>A panel's whole channel goes.</summary>
        private async Task LoseAChannelAsync()
        {
            var channel = bench.Guild.AddChannel("short-lived");
            await AskAsync(bench.As("admin").In(channel).Command("panel"));
            await bot.PassAsync(TimeSpan.FromSeconds(5));
            _discord.World.DeleteChannel(channel);
            await AskAsync(bench.As("admin").Command("snapshot unlock", ("snapshot", snapshot)));
            await bot.PassAsync(TimeSpan.FromMinutes(2));
        }

        private void Script(string method, string path, RestFault.Kind kind, int times)
        {
            _discord.Faults.ClearRest();
            _discord.Faults.OnRest(method, path, kind, times);
            Scripted += kind is RestFault.Kind.Limited ? times : 0;
        }
    }
}
