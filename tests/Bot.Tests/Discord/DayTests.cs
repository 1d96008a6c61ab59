using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using SnapshotBot.Playground.Gateway;
using SnapshotBot.Playground.State;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// A busy guild's day with everything Discord does to a bot. Short here; <c>SNAPSHOTBOT_TEST_DAY_HOURS=24</c>, <c>SNAPSHOTBOT_TEST_RECONNECTS=1000</c>
/// and <c>SNAPSHOTBOT_TEST_PRESSES=20000</c> are the full sizes.
/// </summary>
public sealed class DayTests
{
    private const int Patience = 7_200_000;
    private const int Seed = 20_261_124;

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
        var snapshot = await PrepareAsync(bench);
        await using var bot = await SimulatedBot.StartAsync(bench, clock);
        var length = TimeSpan.FromHours(Figures.Size("SNAPSHOTBOT_TEST_DAY_HOURS", 1));
        var day = new Day(bench, bot, snapshot, new Random(Seed));
        var since = Stopwatch.GetTimestamp();

        await day.LiveAsync(length);

        var ledger = bench.Discord.Ledger;
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"{length.TotalHours:0} h in {Stopwatch.GetElapsedTime(since).TotalSeconds:0} s: {day.Asked} interactions, {day.Faults} faults, {bench.Discord.Logins.Identifies} logins, {bench.Discord.Logins.Resumes} resumed; "
            + $"{ledger.Total} requests, busiest second {ledger.BusiestSecond}, 401/403/429 {ledger.InvalidRequests} of which {day.Scripted} were scripted; "
            + $"lost {day.Lost.Count}, later than 3 s {day.Late} within a fault, {day.LateWithoutAFault} without one, {day.LateInACrowd} in crowds of {Day.Crowd} (the last after {day.LongestInACrowd.TotalSeconds:0} s); "
            + $"a panel that was kept was edited {day.KeptPanel.Edits} times"));
        day.Lost.ShouldBeEmpty(bot.Log);
        day.LateWithoutAFault.ShouldBe(0);
        day.LongestInACrowd.ShouldBeLessThan(Day.CrowdTime, "no longer than fifty answers a second explain");
        day.KeptPanel.Edits.ShouldBeGreaterThanOrEqualTo((int)(2 * length.TotalHours), "an old message is drawn too, all day");
        ledger.Violations.ShouldBeEmpty();
        ledger.BusiestSecond.ShouldBeLessThanOrEqualTo(50);
        ledger.InvalidRequests.ShouldBeLessThan(100);
        ledger.InvalidRequests.ShouldBeLessThanOrEqualTo(day.Scripted + (int)length.TotalHours, "refused only where the day refuses, and once an hour for edits of the old panel");
        _ = await bot.StopAsync();
        bot.Log.ShouldNotContain("should not happen");
        bot.Log.ShouldNotContain(bench.Discord.Token);
    }

    [Fact(Timeout = Patience)]
    public async Task Reconnects_VeryMany_LoseNothing()
    {
        var clock = new FakeTimeProvider(Morning);
        await using var bench = await DiscordBench.OpenAsync(DiscordBench.Usual with { Time = clock, AnswerTime = TokenTime }, Cancel);
        _ = await PrepareAsync(bench);
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
        bench.Discord.Ledger.Violations.ShouldBeEmpty();
        bench.Discord.Ledger.InvalidRequests.ShouldBe(0);
        _ = await bot.StopAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Memory_AHundredGuildsAndADaysPresses_StaysSmallAndFlat()
    {
        const long MostBytes = 180L << 20;
        var startTime = TimeSpan.FromSeconds(20);
        await using var bench = await DiscordBench.OpenAsync(DiscordBench.UnderLoad with { RateLimits = RateLimits.Off }, Cancel);
        var snapshot = await PrepareAsync(bench);
        var guilds = new List<Guild> { bench.Guild };
        for (var i = 1; i < 100; i++)
        {
            guilds.Add(bench.Discord.AddUsualGuild($"Guild {i}"));
        }

        _ = await bench.TerminalAsync("settings", "set", "guilds", string.Join(',', guilds.Select(guild => guild.Id)));
        await using var bot = await bench.ServeAsync(Cancel);
        var day = new Presses(bench, snapshot, new Random(Seed));
        var presses = Figures.Size("SNAPSHOTBOT_TEST_PRESSES", 600);
        var (samples, starting) = (new List<long>(), 0L);
        var (running, cut) = (Stopwatch.StartNew(), Stopwatch.StartNew());
        for (var done = 0; done < presses; done += 40)
        {
            // One of the hundred in turn; most ask from the first, whose server it is.
            var other = guilds[done / 40 % guilds.Count];
            var asked = Enumerable.Range(0, 36).Select(_ => day.Any()).ToList();
            var owner = bench.Discord.As(other.Owner, other.Channels[0]);
            asked.AddRange([owner.Command("snapshot list"), owner.Type("snapshot info", "snapshot", ""), owner.Command("settings show"), owner.Command("server list")]);
            foreach (var one in asked)
            {
                _ = await owner.AnswerAsync(one, Cancel);
                one.State.ShouldNotBe(ExchangeState.NotAnswered, $"press {done} and on, {cut.Elapsed.TotalSeconds:0.0} s after the line was cut");
            }

            // Half a minute apart, however fast the presses are: with lines cut more often, whoever comes back is made to wait.
            if (done == 0 || cut.Elapsed > TimeSpan.FromSeconds(30))
            {
                bench.Discord.Faults.DropConnections();
                cut.Restart();
            }

            // What the start alone took is given back within seconds of it.
            if (running.Elapsed < startTime && presses - done > 600)
            {
                starting = Math.Max(starting, ResidentOf(bot.Id));
            }
            else
            {
                samples.Add(ResidentOf(bot.Id));
            }

            // The figure is for fifty presses a second; without a pace the machine's speed would decide.
            var ahead = TimeSpan.FromSeconds((done + 40) / 50.0) - running.Elapsed;
            if (Figures.IsStrict && ahead > TimeSpan.Zero)
            {
                await Task.Delay(ahead, Cancel);
            }
        }

        var (early, late) = (samples.Skip(samples.Count / 4).Take(Math.Max(1, samples.Count / 4)).Average(), samples.TakeLast(Math.Max(1, samples.Count / 4)).Average());
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"{guilds.Count} guilds, {presses} presses: {starting / 1048576.0:0} MiB in the first {startTime.TotalSeconds:0} s, then {samples.Max() / 1048576.0:0} MiB at most, second quarter {early / 1048576:0} MiB, last quarter {late / 1048576:0} MiB"));
        if (Figures.IsStrict)
        {
            // A build for tests compiles as it runs and holds what it compiled: the promise is the published program's.
            samples.Max().ShouldBeLessThanOrEqualTo(MostBytes);
        }

        late.ShouldBeLessThan(early * 1.15, "it does not grow with what was asked");
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        bench.Discord.Ledger.Violations.ShouldBeEmpty();
    }

    private static async Task<string> PrepareAsync(DiscordBench bench)
    {
        await bench.SetUpAsync(Cancel);
        _ = await bench.TerminalAsync("server", "add", "castle", "--container", bench.ContainerName);
        var made = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "the one");
        _ = await bench.TerminalAsync("snapshot", "create", "castle", "--name", "another");
        return made.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
    }

    private static long ResidentOf(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) << 10;

    /// <summary>What people of a busy guild press.</summary>
    private sealed class Presses(DiscordBench bench, string snapshot, Random random)
    {
        private readonly Post _open = bench.As("owner").Say("hello");

        public Exchange Any()
        {
            var (viewer, mod, admin) = (bench.As("viewer"), bench.As("operator"), bench.As("admin"));
            return random.Next(14) switch
            {
                0 => viewer.Command("snapshot list"),
                1 => viewer.Type("snapshot info", "snapshot", "the"),
                2 => viewer.Forge(_open, "pan:sna::0:u"),
                3 => viewer.Forge(_open, "pan:sch::0:u"),
                4 => viewer.Forge(_open, "open:" + snapshot),
                5 => mod.Forge(_open, "new:"),
                6 => mod.Forge(_open, "form:rename:" + snapshot),
                7 => mod.ForgeForm(_open, "form:note:" + snapshot, ("note", $"note {random.Next(1000)}")),
                8 => mod.Forge(_open, "run:lock:" + snapshot),
                9 => admin.Forge(_open, "run:unlock:" + snapshot),
                10 => admin.Command("snapshot delete", ("snapshot", snapshot)),
                11 => bench.As("stranger").Command("snapshot list"),
                12 => admin.Type("server add", "container", ""),
                _ => viewer.Command("server list"),
            };
        }
    }

    /// <summary>One day: people press things, some together, and every so often something goes wrong.</summary>
    private sealed class Day(DiscordBench bench, SimulatedBot bot, string snapshot, Random random)
    {
        private static readonly TimeSpan BetweenFaults = TimeSpan.FromMinutes(11);
        private static readonly TimeSpan FaultLasts = TimeSpan.FromMinutes(3);

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
                }

                // Mostly one at a time, now and then an evening's crowd.
                await AskAsync(random.Next(40) == 0 ? 50 : 1 + random.Next(2));
                await bot.PassAsync(TimeSpan.FromSeconds(4 + random.Next(20)));
            }
        }

        private Task AskAsync(int count) => AskAsync([.. Enumerable.Range(0, count).Select(_ => _presses.Any())]);

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
                    _discord.Faults.InvalidateSessions(SessionFate.MayResume);
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
                    Script("*", "/channels", new RestFault.Kind.Limited(TimeSpan.FromSeconds(4), LimitScope.Shared), 3);
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
