using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Tests.Schedules;

/// <summary>Schedules over a catalog of their own, with a clock that tests move and no engine.</summary>
internal sealed class ScheduleBench : IAsyncDisposable
{
    public ScheduleBench(DateTimeOffset now, string? root = null, Action<IServiceCollection>? add = null)
    {
        Time = new FakeTimeProvider(now);
        Data = new DataBench(
            services =>
            {
                services.AddSingleton<TimeProvider>(Time);
                services.AddSingleton<IPlayerQueries>(Players);
                services.AddSingleton<IAlarmClocks>(Clocks);
                add?.Invoke(services);
            },
            root);
    }

    public FakeTimeProvider Time { get; }

    public DataBench Data { get; }

    public FakePlayers Players { get; } = new();

    public HandClocks Clocks { get; } = new();

    public ScheduleReads Reads => Data.Get<ScheduleReads>();

    public ScheduleChanges Changes => Data.Get<ScheduleChanges>();

    public ScheduleRuns Runs => Data.Get<ScheduleRuns>();

    public async Task<ServerId> AddServerAsync(string name = "modpack")
    {
        var id = ServerId.New();
        (await Data.Get<ServerStore>().AddAsync(new GameServer { Id = id, Name = name, Containers = [] }, ServerOrigin.Command, DataBench.Cancel)).ShouldBeTrue();
        return id;
    }

    public async Task<ScheduleInfo> SetAsync(ServerId server, string name, string every, string? zone = "Europe/Berlin", ScheduleWhen? when = null, string? keep = null) =>
        (await TrySetAsync(server, name, every, zone, when, keep)).ShouldBeOfType<ScheduleOutcome.Saved>().Schedule;

    public Task<ScheduleOutcome> TrySetAsync(ServerId server, string name, string every, string? zone = "Europe/Berlin", ScheduleWhen? when = null, string? keep = null) =>
        Changes.SetAsync(
            new ScheduleDraft { Name = name, Server = server, Every = every, Zone = zone, When = when, Keep = keep }, new Requester("terminal:test"), DataBench.Cancel);

    /// <summary>What a ringing alarm does.</summary>
    public Task<DateTimeOffset?> TakeAsync(ScheduleId schedule) => Data.Get<Occurrences>().TakeAsync(schedule, DataBench.Cancel);

    /// <summary>The operations of a schedule, oldest first.</summary>
    public IReadOnlyList<ScheduleRunInfo> RunsOf(ScheduleId schedule) => [.. Runs.Of(schedule, 100_000).OrderBy(run => run.DueAt)];

    public ValueTask DisposeAsync() => Data.DisposeAsync();
}

/// <summary>A game whose players a test decides.</summary>
internal sealed class FakePlayers : IPlayerQueries
{
    /// <summary>What the game answers; null: it can't be asked.</summary>
    public PlayersAnswer? Answer { get; set; }

    /// <summary>The name of a server whose game makes asking fail as nothing should.</summary>
    public string? Faulty { get; set; }

    public Task<bool> HasAsync(GameServer server, CancellationToken cancellationToken) => Task.FromResult(Answer is not null);

    public Task<PlayersAnswer?> AskAsync(GameServer server, CancellationToken cancellationToken) =>
        server.Name == Faulty ? throw new InvalidOperationException("the test says so") : Task.FromResult(Answer);
}

/// <summary>Alarm clocks that ring when a test says so.</summary>
internal sealed class HandClocks : IAlarmClocks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ScheduleId, DateTimeOffset> _alarms = [];
    private readonly SemaphoreSlim _set = new(0);
    private Func<ScheduleId, Task>? _ring;

    public IReadOnlyDictionary<ScheduleId, DateTimeOffset> Alarms
    {
        get
        {
            lock (_lock)
                return new Dictionary<ScheduleId, DateTimeOffset>(_alarms);
        }
    }

    public Task<IAlarmClock> StartAsync(Func<ScheduleId, Task> ring, CancellationToken cancellationToken)
    {
        _ring = ring;
        return Task.FromResult<IAlarmClock>(new Clock(this));
    }

    /// <summary>Rings one that was set.</summary>
    public async Task RingAsync(ScheduleId schedule)
    {
        lock (_lock)
            _alarms.Remove(schedule).ShouldBeTrue();
        await _ring!(schedule);
    }

    /// <summary>Waits until alarms were set or taken away so often since it was last asked.</summary>
    public async Task ChangedAsync(int times)
    {
        for (var i = 0; i < times; i++)
            (await _set.WaitAsync(TimeSpan.FromMinutes(2), DataBench.Cancel)).ShouldBeTrue();
    }

    private sealed class Clock(HandClocks hand) : IAlarmClock
    {
        public Task SetAsync(ScheduleId schedule, DateTimeOffset at, CancellationToken cancellationToken)
        {
            lock (hand._lock)
                hand._alarms[schedule] = at;
            hand._set.Release();
            return Task.CompletedTask;
        }

        public Task CancelAsync(ScheduleId schedule, CancellationToken cancellationToken)
        {
            lock (hand._lock)
                hand._alarms.Remove(schedule);
            hand._set.Release();
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
