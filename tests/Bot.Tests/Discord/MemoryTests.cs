using System.Diagnostics;
using System.Globalization;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Playground;
using SnapshotBot.Playground.State;
using Xunit;

// Cancel, which all of these pass on, is the test's own token.
#pragma warning disable xUnit1069

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What the whole process takes while a hundred guilds press things. Short here; <c>SNAPSHOTBOT_TEST_PRESSES=20000</c> is the full size.</summary>
public sealed class MemoryTests
{
    private const int Patience = 7_200_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task Memory_AHundredGuildsAndADaysPresses_StaysSmallAndFlat()
    {
        const long MostBytes = 180L << 20;
        var startTime = TimeSpan.FromSeconds(20);
        await using var bench = await DiscordBench.OpenAsync(DiscordBench.UnderLoad with { RateLimits = RateLimits.Off }, Cancel);
        var snapshot = await Presses.PrepareAsync(bench, Cancel);
        var guilds = new List<Guild> { bench.Guild };
        for (var i = 1; i < 100; i++)
        {
            guilds.Add(bench.Discord.AddUsualGuild($"Guild {i}"));
        }

        _ = await bench.TerminalAsync("settings", "set", "guilds", string.Join(',', guilds.Select(guild => guild.Id)));
        await using var bot = await bench.ServeAsync(Cancel);
        var day = new Presses(bench, snapshot, new Random(Presses.Seed));
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

            // The start takes what nothing after it does.
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
            Math.Max(starting, samples.Max()).ShouldBeLessThanOrEqualTo(MostBytes);
        }

        late.ShouldBeLessThan(early * 1.15, "it does not grow with what was asked");
        (await bot.StopAsync()).ShouldBe(0, bot.Errors);
        bench.Discord.Ledger.Violations.ShouldBeEmpty();
    }

    private static long ResidentOf(int process) =>
        long.Parse(
            File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture) << 10;
}
