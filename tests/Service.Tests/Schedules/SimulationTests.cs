using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using Xunit;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>
/// Weeks of many schedules in simulated time, in a process of its own that is killed again and again: what was due is there once, run or
/// recorded as missed. The full size: SNAPSHOTBOT_TEST_SCHEDULES=10000 SNAPSHOTBOT_TEST_DAYS=30 SNAPSHOTBOT_TEST_KILLS=50.
/// </summary>
public sealed class SimulationTests
{
    private const string FolderVariable = "SNAPSHOTBOT_TEST_SIMULATION";
    private static readonly DateTimeOffset Start = new(2026, 3, 14, 9, 17, 0, TimeSpan.Zero);
    private static readonly string[] Zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"];

    // What is due at the very end rings a moment later: alarms of one instant are spread.
    private static readonly TimeSpan LongestSpread = TimeSpan.FromSeconds(1);

    private static int Days => Number("SNAPSHOTBOT_TEST_DAYS", 20);

    private static int Kills => Number("SNAPSHOTBOT_TEST_KILLS", 3);

    private static DateTimeOffset End => Start.AddDays(Days);

    [Fact]
    public async Task Serve_KilledAgainAndAgainInSimulatedWeeks_DoublesNothingAndLosesNothing()
    {
        var (count, kills) = (Number("SNAPSHOTBOT_TEST_SCHEDULES", 60), Kills);
        await using var bench = new ScheduleBench(Start);
        await FillAsync(bench, count);
        var random = new Random(11);
        for (var kill = 0; kill < kills; kill++)
        {
            using var victim = StartVictim(bench.Data.Root);
            await ReachedAsync(bench.Data.Root, victim, random.Next(1, Math.Max(2, count * Days / (kills * 3))));
            victim.Kill();
            await victim.WaitForExitAsync(DataBench.Cancel);
        }

        using var last = StartVictim(bench.Data.Root);
        await last.WaitForExitAsync(DataBench.Cancel);
        last.ExitCode.ShouldBe(0, await last.StandardOutput.ReadToEndAsync(DataBench.Cancel));

        await ShouldBeWholeAsync(bench);
        MemoryShouldBeFlat(bench.Data.Root);
    }

    /// <summary>The process that is killed. Does nothing when the suite runs it.</summary>
    [Fact]
    public async Task Victim_RunsSimulatedTimeToItsEnd()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { Length: > 0 } root)
            return;
        var clockFile = Path.Combine(root, "clock");
        var begun = File.Exists(clockFile) ? new DateTimeOffset(long.Parse(File.ReadAllText(clockFile), CultureInfo.InvariantCulture), TimeSpan.Zero) : Start;

        // Nobody starts it again at once: up to a day and a half nothing serves, and a third of the time in all.
        var longest = TimeSpan.FromHours(Math.Min(36, 24.0 * Days * 2 / 3 / Kills));
        var down = File.Exists(clockFile) ? longest * new Random((int)(begun.Ticks % 9973)).NextDouble() : TimeSpan.Zero;
        down = TimeSpan.FromMinutes(Math.Floor(down.TotalMinutes));
        await using var bench = new ScheduleBench(begun + down, root, services => services.AddTransient<IOperationHandler<RunSchedule, RunScheduleOutcome>, AtOnce>());
        await using var lease = (await bench.Data.Get<Runner>().TryBecomeAsync(null, DataBench.Cancel)).ShouldNotBeNull();
        var clock = new SimulatedClock();
        var rounds = new ScheduleRounds(
            bench.Data.Get<CatalogStore>(), bench.Data.Get<ScheduleStore>(), bench.Data.Get<Occurrences>(), bench.Clocks, bench.Time, NullLogger<ScheduleRounds>.Instance);
        await using var clockText = new FileStream(clockFile, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, 0);
        await rounds.FillAsync(clock, DataBench.Cancel);
        await RunQueuedAsync(bench, lease);
        var day = bench.Time.GetUtcNow();
        var done = 0;
        while (clock.Next() is var (id, at) && at < End + LongestSpread)
        {
            if (at > bench.Time.GetUtcNow())
                bench.Time.SetUtcNow(at);
            clockText.Position = 0;
            clockText.Write(System.Text.Encoding.ASCII.GetBytes(bench.Time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture)));
            await rounds.RingAsync(clock, id, DataBench.Cancel);
            await RunQueuedAsync(bench, lease);
            File.WriteAllText(Path.Combine(root, "done"), (++done).ToString(CultureInfo.InvariantCulture));
            if (bench.Time.GetUtcNow() - day >= TimeSpan.FromDays(1))
            {
                day = bench.Time.GetUtcNow();
                File.AppendAllText(Path.Combine(root, "memory"), GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture) + "\n");
            }
        }

        if (bench.Time.GetUtcNow() < End)
            bench.Time.SetUtcNow(End);
        await rounds.FillAsync(clock, DataBench.Cancel);
        await RunQueuedAsync(bench, lease);
    }

    [Fact]
    public async Task Alarms_ManyDueInAMinute_RingInTime()
    {
        var (count, strict) = (Number("SNAPSHOTBOT_TEST_DUE", 60), Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_LAG") == "strict");
        var window = TimeSpan.FromSeconds(count == 200 ? 60 : 4);
        await using var bench = new DataBench();
        var server = Servers.ServerId.New();

        // Making a catalog takes seconds on a busy machine: what became due meanwhile would be late for that alone.
        bench.Get<CatalogStore>().Read(Rows.Operations, "").ShouldBeEmpty();
        var now = TimeProvider.System.GetUtcNow();
        var first = now + TimeSpan.FromSeconds(5);
        await bench.Get<CatalogStore>().WriteAsync(
            context => context.Schedules.AddRange(Enumerable.Range(0, count).Select(i =>
            {
                var due = first + (window * i / count);
                return Row($"c-{i:x12}", server.Value, $"cron {due.Second} {due.Minute} {due.Hour} * * *", "UTC", now);
            })),
            DataBench.Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(DataBench.Cancel);
        var rounds = bench.Get<IEnumerable<IPeriodicWork>>().OfType<ScheduleRounds>().Single();
        var running = Task.Run(() => rounds.RunAsync(stop.Token), CancellationToken.None);

        IReadOnlyList<OperationRow> rows;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var patience = Stopwatch.StartNew();
        do
        {
            await timer.WaitForNextTickAsync(DataBench.Cancel);
            rows = bench.Get<CatalogStore>().Read(Rows.Operations, "");
        }
        while (rows.Count < count && patience.Elapsed < TimeSpan.FromMinutes(3));

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
        rows.Count.ShouldBe(count, "each rang");
        var lags = rows.Select(row => new DateTimeOffset(row.QueuedAt, TimeSpan.Zero) - DueOf(bench, row)).Order().ToList();
        var p99 = lags[(int)(lags.Count * 0.99)];
        TestContext.Current.SendDiagnosticMessage($"{count} due in {window}: median {lags[lags.Count / 2].TotalMilliseconds:0} ms, p99 {p99.TotalMilliseconds:0} ms");
        lags[0].ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        p99.ShouldBeLessThanOrEqualTo(strict ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(30));
    }

    private static DateTimeOffset DueOf(DataBench bench, OperationRow row) => bench.Get<ScheduleRuns>().Find(new OperationId(row.Id))!.DueAt;

    private static async Task FillAsync(ScheduleBench bench, int count)
    {
        var server = await bench.AddServerAsync();
        var random = new Random(5);
        await bench.Data.Get<CatalogStore>().WriteAsync(
            context => context.Schedules.AddRange(Enumerable.Range(0, count).Select(i => Row(
                $"c-{i:x12}", server.Value, Every(random, i), Zones[i % Zones.Length], Start.AddMinutes(-random.Next(10_000))))),
            DataBench.Cancel);
    }

    /// <summary>Most people want a night's run, some one a week, a few one each hour.</summary>
    private static string Every(Random random, int i) => (i % 20) switch
    {
        0 when i % 100 == 0 => "every 2 hours",
        0 => "every 7 hours",
        < 5 => $"daily at {random.Next(24):00}:{random.Next(60):00}",
        < 9 => $"daily at 02:{random.Next(60):00}",
        < 15 => $"{(DayOfWeek)random.Next(7)} at {random.Next(24):00}:{random.Next(60):00}".ToLowerInvariant(),
        < 19 => $"cron {random.Next(60)} {random.Next(24)} */4 * *",
        _ => $"monthly on the {random.Next(1, 29)}th at 04:00",
    };

    private static ScheduleRow Row(string id, string server, string every, string zone, DateTimeOffset made) => new()
    {
        Id = id,
        Name = id,
        ServerId = server,
        Every = every,
        Zone = zone,
        CreatedBy = "terminal:test",
        CreatedAt = made.UtcTicks,
        DoneUntil = made > Start ? made.UtcTicks : Start.UtcTicks,
    };

    private static async Task ShouldBeWholeAsync(ScheduleBench bench)
    {
        var rows = bench.Data.Get<CatalogStore>().Read(Rows.Operations, "");
        rows.ShouldAllBe(row => row.State == (int)OperationState.Ended);
        rows.Select(row => row.OccurrenceKey).ShouldBeUnique();
        var bySchedule = rows.ToLookup(row => row.Subject);
        await Task.Run(() =>
        {
            foreach (var schedule in bench.Data.Get<ScheduleStore>().All())
            {
                var expected = new List<DateTimeOffset>();
                for (var at = schedule.Next(Start > schedule.CreatedAt ? Start : schedule.CreatedAt); at is { } due && due <= End; at = schedule.Next(due))
                    expected.Add(due);
                var covered = new List<DateTimeOffset>();
                foreach (var row in bySchedule[schedule.Id.Value])
                {
                    var request = System.Text.Json.JsonSerializer.Deserialize(row.Request, SchedulesJson.Default.RunSchedule)!;
                    var outcome = System.Text.Json.JsonSerializer.Deserialize(row.Outcome!, SchedulesJson.Default.RunScheduleOutcome);
                    if (outcome is RunScheduleOutcome.Missed { Count: > 1 } missed)
                        covered.AddRange(expected.Where(at => at >= missed.First && at <= missed.Last));
                    else
                        covered.Add(request.Due!.Value);
                }

                covered.Order().ToList().ShouldBe(expected, $"{schedule.Every} {schedule.ZoneName}");
            }
        });
    }

    private static void MemoryShouldBeFlat(string root)
    {
        var file = Path.Combine(root, "memory");
        var days = File.Exists(file) ? File.ReadAllLines(file).Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToList() : [];
        if (days.Count < 4)
            return;
        TestContext.Current.SendDiagnosticMessage($"held in memory, by day: {string.Join(" ", days.Select(bytes => $"{bytes / 1048576.0:0.0}"))} MiB");
        days.Skip(days.Count / 2).Average().ShouldBeLessThan((days.Take(days.Count / 2).Average() * 1.25) + (4 << 20));
    }

    private static async Task RunQueuedAsync(ScheduleBench bench, RunnerLease lease)
    {
        foreach (var queued in bench.Data.Get<OperationQueue>().Queued())
            await bench.Data.Get<Runner>().RunAsync(lease, queued.Id, null, WhenStopped.HandOver, DataBench.Cancel);
    }

    private static Process StartVictim(string root)
    {
        File.Delete(Path.Combine(root, "done"));
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-noColor", "-noLogo", "-method", $"{typeof(SimulationTests).FullName}.{nameof(Victim_RunsSimulatedTimeToItsEnd)}"])
            start.ArgumentList.Add(argument);
        start.Environment[FolderVariable] = root;
        return Process.Start(start)!;
    }

    /// <summary>Waits until the victim has rung so many alarms, or has ended.</summary>
    private static async Task ReachedAsync(string root, Process victim, int alarms)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        var file = Path.Combine(root, "done");
        while (!victim.HasExited && !(File.Exists(file) && int.TryParse(File.ReadAllText(file), out var done) && done >= alarms))
            await timer.WaitForNextTickAsync(DataBench.Cancel);
    }

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : usual;

    private sealed class AtOnce : IOperationHandler<RunSchedule, RunScheduleOutcome>
    {
        public Task<RunScheduleOutcome> HandleAsync(RunSchedule request, OperationContext context, CancellationToken cancellationToken) =>
            Task.FromResult<RunScheduleOutcome>(new RunScheduleOutcome.Skipped(SkipReason.NothingChanged, null));
    }

    /// <summary>An alarm clock whose next alarm the simulation asks for.</summary>
    private sealed class SimulatedClock : IAlarmClock
    {
        private readonly PriorityQueue<ScheduleId, DateTimeOffset> _queue = new();
        private readonly Dictionary<ScheduleId, DateTimeOffset> _set = [];

        public (ScheduleId Id, DateTimeOffset At) Next()
        {
            while (_queue.TryDequeue(out var id, out var at))
            {
                if (_set.TryGetValue(id, out var set) && set == at && _set.Remove(id))
                    return (id, at);
            }

            return (default, DateTimeOffset.MaxValue);
        }

        public Task SetAsync(ScheduleId schedule, DateTimeOffset at, CancellationToken cancellationToken)
        {
            _set[schedule] = at;
            _queue.Enqueue(schedule, at);
            return Task.CompletedTask;
        }

        public Task CancelAsync(ScheduleId schedule, CancellationToken cancellationToken)
        {
            _set.Remove(schedule);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
