using System.Globalization;
using System.Text;
using System.Text.Json;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Repositories;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>Our planner against restic's own forget on random histories and policies.</summary>
public sealed class RetentionTests : Bench
{
    /// <summary>Histories times policies that are compared; more by the variable.</summary>
    private static readonly int Wanted = int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_HISTORIES") ?? "200", CultureInfo.InvariantCulture);

    private const int HistoriesAtOnce = 20;

    [Fact]
    public async Task RandomHistories_RandomPolicies_KeepsWhatResticKeepsForTheSameReasons()
    {
        var restic = Restic(ResticVersion.New);
        await Ours.InitAsync();
        await using var open = await Ours.OpenAsync();
        var random = new Random(20260101);
        for (var history = 0; history < HistoriesAtOnce; history++)
        {
            await WriteHistoryAsync(open, random, $"host-{history}");
        }

        var snapshots = (await new SnapshotFiles(open).LoadAllAsync(TestContext.Current.CancellationToken)).Select(RetentionSnapshot.From).ToList();
        for (var round = 0; round < (Wanted + HistoriesAtOnce - 1) / HistoriesAtOnce; round++)
        {
            var (policy, options) = RandomPolicy(random);

            // Locks are ours: to restic they are a tag it is told to keep.
            var ended = await restic.TryRunAsync(["forget", "--dry-run", "--json", "--group-by", "host,paths", "--keep-tag", "locked", .. options]);
            var plan = RetentionPlanner.Plan(snapshots, policy, SnapshotGrouping.Host | SnapshotGrouping.Paths, TimeProvider.System.GetUtcNow());
            if (plan is not RetentionPlan.Decided decided)
            {
                ended.ExitCode.ShouldNotBe(0, string.Join(' ', options));
                continue;
            }

            ended.ExitCode.ShouldBe(0, $"{string.Join(' ', options)}: {ended}");
            var theirs = JsonDocument.Parse(ended.Output).RootElement.EnumerateArray()
                .SelectMany(group => group.GetProperty("reasons").EnumerateArray())
                .Select(reason => $"{reason.GetProperty("snapshot").GetProperty("time").GetDateTimeOffset():O} "
                    + string.Join(", ", reason.GetProperty("matches").EnumerateArray().Select(match => match.GetString())))
                .Order(StringComparer.Ordinal);
            var ours = decided.Kept.Select(kept => $"{kept.Snapshot.Time:O} {string.Join(", ", kept.Reasons)}").Order(StringComparer.Ordinal);
            ours.ShouldBe(theirs.Select(reason => reason.Replace("has tags [locked]", "locked", StringComparison.Ordinal)).Order(StringComparer.Ordinal), string.Join(' ', options));
        }
    }

    /// <summary>Snapshots of one host, hours to years apart, some on clocks of other zones, some with tags. No two at the same time.</summary>
    private static async Task WriteHistoryAsync(OpenRepository open, Random random, string host)
    {
        var time = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(random.Next(100_000));
        var longest = Math.Pow(10, 1.5 + (random.NextDouble() * 2.5));
        var offset = TimeSpan.FromMinutes(random.Next(-22, 26) * 30);
        for (var i = random.Next(1, 30); i > 0; i--)
        {
            time -= TimeSpan.FromHours(random.NextDouble() * longest / 10) + TimeSpan.FromSeconds(1);
            var tags = new[] { "a", "b", "locked" }.Where(_ => random.Next(4) == 0).Select(tag => $"\"{tag}\"");
            var json = $$"""
                {"time":"{{time.ToOffset(offset):yyyy-MM-ddTHH:mm:sszzz}}","tree":"{{new string('0', 64)}}","paths":["/data"],"hostname":"{{host}}","tags":[{{string.Join(',', tags)}}]}
                """;
            await open.Files.SaveAsync(FileKind.Snapshot, Encoding.UTF8.GetBytes(json), TestContext.Current.CancellationToken);
        }
    }

    private static (RetentionPolicy Policy, List<string> Options) RandomPolicy(Random random)
    {
        var options = new List<string>();
        // The newest always stays: a group that would be emptied ends restic's run, and nothing would be compared.
        var policy = new RetentionPolicy
        {
            Last = Count("last", 1),
            Hourly = Count("hourly", 0),
            Daily = Count("daily", 0),
            Weekly = Count("weekly", 0),
            Monthly = Count("monthly", 0),
            Yearly = Count("yearly", 0),
            Within = During("within"),
            WithinHourly = During("within-hourly"),
            WithinDaily = During("within-daily"),
            WithinWeekly = During("within-weekly"),
            WithinMonthly = During("within-monthly"),
            WithinYearly = During("within-yearly"),
            Tags = Tags(),
        };
        return (policy, options);

        int Count(string name, int least)
        {
            var count = random.Next(3) switch { 0 => Math.Max(least, random.Next(12)), 1 when random.Next(4) == 0 => RetentionPolicy.Unlimited, _ => least };
            if (count != 0)
            {
                options.AddRange([$"--keep-{name}", count == RetentionPolicy.Unlimited ? "unlimited" : count.ToString(CultureInfo.InvariantCulture)]);
            }

            return count;
        }

        KeepDuration During(string name)
        {
            if (random.Next(4) != 0)
            {
                return default;
            }

            var duration = new KeepDuration(random.Next(4) == 0 ? random.Next(3) : 0, random.Next(3) == 0 ? random.Next(14) : 0, random.Next(40), 1 + random.Next(30));
            options.AddRange([$"--keep-{name}", duration.ToString()]);
            return duration;
        }

        List<IReadOnlyList<string>> Tags()
        {
            var lists = new List<IReadOnlyList<string>>();
            foreach (var list in new[] { new[] { "a" }, ["a", "b"] }.Where(_ => random.Next(5) == 0))
            {
                options.AddRange(["--keep-tag", string.Join(',', list)]);
                lists.Add(list);
            }

            return lists;
        }
    }
}
