using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Playground;
using SnapshotBot.Playground.State;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>
/// The whole of <c>serve</c> in this process, with a clock that it shares with the stand-in: a day goes by in minutes. The clock stands while
/// there is work to do and moves when all wait for it.
/// </summary>
internal sealed class SimulatedBot : IAsyncDisposable
{
    // How much at a time: while somebody waits for an answer, while the connection is away, while nobody waits for anything.
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongStep = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AwayStep = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Leap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(1);
    private const int BreathsAStep = 8;

    private readonly DiscordBench _bench;
    private readonly ServiceHost _service;
    private readonly StringWriter _log = new();
    private readonly TextWriter _written;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<ServeEnding> _serving;
    private readonly ClientRequests _requests;

    private SimulatedBot(DiscordBench bench, FakeTimeProvider clock)
    {
        _bench = bench;
        Clock = clock;
        _requests = new ClientRequests(bench.Discord.ApiUrl.Port);
        var settings = new Settings(null, name => bench.Environment.GetValueOrDefault(name));
        _service = new ServiceHost(settings, options => options with { HealthTime = TimeSpan.FromSeconds(1) }, clock);
        _written = TextWriter.Synchronized(_log);
        _service.LogTo(_written);
        _serving = Task.Run(() => new ServeHost(_service, settings, _ => { }, clock).RunWithDiscordAsync(_stop.Token));
    }

    public FakeTimeProvider Clock { get; }

    /// <summary>What it has said so far; of a day that is much.</summary>
    public string Log
    {
        get
        {
            // The lock of the synchronized writer around it, which writes meanwhile.
            lock (_written)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>How much memory that takes.</summary>
    public long LogBytes
    {
        get
        {
            lock (_written)
            {
                return 2L * _log.GetStringBuilder().Length;
            }
        }
    }

    private StandIn Discord => _bench.Discord;

    // Answered is not heard: the clock must not run ahead of a client that has its answer before it but did not come to read it.
    private bool IsQuiet => Discord.OpenRequests == 0 && _requests.Active == 0;

    public static async Task<SimulatedBot> StartAsync(DiscordBench bench, FakeTimeProvider clock)
    {
        var bot = new SimulatedBot(bench, clock);
        bench.LogsTo(() => bot.Log);
        (await bot.DriveAsync(() => bot.Discord.Connected > 0 && bench.As("owner").Palette.Count > 0, TimeSpan.FromMinutes(10)))
            .ShouldBeTrue("it logs in: " + bot.Log);
        return bot;
    }

    /// <summary>Lets the clock go on until something is so: in small steps, in larger ones the longer nothing happens at all.</summary>
    /// <returns>Whether it came to be within the time.</returns>
    public async Task<bool> DriveAsync(Func<bool> isSo, TimeSpan within)
    {
        var until = Clock.GetUtcNow() + within;
        var step = Step;
        while (!isSo())
        {
            if (_serving.IsCompleted || Clock.GetUtcNow() > until)
            {
                return false;
            }

            // First whatever needs no clock.
            var seen = Discord.Ledger.Total;
            for (var i = 0; i < BreathsAStep && Discord.Connected > 0 && !isSo(); i++)
            {
                await Task.Delay(Breath);
            }

            if (Discord.Connected == 0)
            {
                await Task.Delay(Breath * 3);
                Clock.Advance(AwayStep);
            }
            else if (IsQuiet && !isSo())
            {
                step = Discord.Ledger.Total != seen ? Step : step * 1.3 < LongStep ? step * 1.3 : LongStep;
                Clock.Advance(step);
            }
        }

        return true;
    }

    /// <summary>
    /// Lets the clock go as the real one does until something is so: what is done to a server takes its real time, and so the limits that are set for
    /// it hold for that time.
    /// </summary>
    /// <returns>Whether it came to be within the time.</returns>
    public async Task<bool> WorkAsync(Func<bool> isSo, TimeSpan within)
    {
        var until = Clock.GetUtcNow() + within;
        var last = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (_serving.IsCompleted || Clock.GetUtcNow() > until)
            {
                return false;
            }

            await Task.Delay(Breath * 10);
            var now = Stopwatch.GetTimestamp();
            Clock.Advance(Stopwatch.GetElapsedTime(last, now));
            last = now;
        }

        return true;
    }

    /// <summary>Lets time go by in which nobody asks for anything.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        // What was begun is brought to its end first.
        for (var (quiet, seen) = (0, -1L); quiet < BreathsAStep; quiet = seen == Discord.Ledger.Total ? quiet + 1 : 0)
        {
            seen = Discord.Ledger.Total;
            await Task.Delay(Breath);
        }

        var until = Clock.GetUtcNow() + time;
        while (Clock.GetUtcNow() < until && !_serving.IsCompleted)
        {
            await Task.Delay(Breath * 3);
            var most = Discord.Connected == 0 ? AwayStep : Leap;
            var left = until - Clock.GetUtcNow();
            if (IsQuiet)
            {
                Clock.Advance(left < most ? left : most);
            }
        }
    }

    /// <summary>Waits until all of them have their first answer.</summary>
    public Task<bool> AnsweredAsync(IReadOnlyCollection<Exchange> asked, TimeSpan within) =>
        DriveAsync(() => asked.All(one => one.State != ExchangeState.Waiting), within);

    public async Task<ServeEnding> StopAsync()
    {
        await _stop.CancelAsync();
        while (!_serving.IsCompleted)
        {
            await Task.Delay(Breath * 3);
            Clock.Advance(Step);
        }

        return await _serving;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_serving.IsCompleted)
        {
            _ = await StopAsync();
        }

        _requests.Dispose();
        await _service.DisposeAsync();
        _stop.Dispose();
        await _log.DisposeAsync();
    }
}
