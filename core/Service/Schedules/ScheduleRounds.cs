using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Schedules;

/// <summary>
/// The schedules of a serving process: fills the alarm clock from the catalog, takes what became due while nobody served, and follows every
/// change somebody makes. Each schedule stands alone: one that breaks is tried again, and delays no other.
/// </summary>
internal sealed class ScheduleRounds(
    CatalogStore catalog, ScheduleStore store, Occurrences occurrences, IAlarmClocks clocks, TimeProvider time, ILogger<ScheduleRounds> log) : IPeriodicWork
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan TryAgain = TimeSpan.FromMinutes(1);

    /// <summary>Spreads those due at one instant a little, always the same way; what keeps them from stampeding is the lane they run in.</summary>
    private const int SpreadMilliseconds = 1000;

    /// <summary>All set again so often, against clocks that are put back or forward by hand.</summary>
    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<ScheduleId, DateTimeOffset> _alarms = new();

    public string Name => "schedules";

    /// <summary>After a failure of the whole; else it runs until the process ends.</summary>
    public TimeSpan Every => TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _alarms.Clear();
        var ready = new TaskCompletionSource<IAlarmClock>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var clock = await clocks.StartAsync(id => RingAsync(ready.Task, id, cancellationToken), cancellationToken);
        ready.SetResult(clock);
        using var watch = catalog.Watch();
        using var timer = new PeriodicTimer(Pace, time);
        string? seen = null;
        var filled = time.GetTimestamp();
        while (true)
        {
            if (watch.HasChanged() && store.Revision() is var revision && revision != seen)
            {
                await FillAsync(clock, cancellationToken);
                seen = revision;
            }
            else if (time.GetElapsedTime(filled) >= Refill)
            {
                filled = time.GetTimestamp();
                await FillAsync(clock, cancellationToken);
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Rings a schedule: takes what is due and sets its next alarm.</summary>
    internal async Task<DateTimeOffset?> RingAsync(IAlarmClock clock, ScheduleId id, CancellationToken cancellationToken)
    {
        try
        {
            var next = await occurrences.TakeAsync(id, cancellationToken);
            if (next is { } at)
                await SetAsync(clock, id, at, cancellationToken);
            else
                _alarms.TryRemove(id, out _);
            return next;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            log.RingFailed(id, error);
            await SetAsync(clock, id, time.GetUtcNow() + TryAgain, cancellationToken);
            return null;
        }
    }

    private async Task RingAsync(Task<IAlarmClock> clock, ScheduleId id, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
            await RingAsync(await clock, id, cancellationToken);
    }

    /// <summary>Sets the alarms of all schedules, and takes what is overdue.</summary>
    internal async Task FillAsync(IAlarmClock clock, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var there = new HashSet<ScheduleId>();
        foreach (var schedule in store.All())
        {
            if (schedule is { Pause: SchedulePause.Active } and ({ Frequency: null } or { Zone: null }))
            {
                // Said once, not each time it would be due.
                log.NotUnderstood(schedule.Id, schedule.Every, schedule.ZoneName);
                await store.PauseAsync(schedule.Id, SchedulePause.NotUnderstood, null, cancellationToken);
            }

            if (schedule.Pause != SchedulePause.Active || schedule.Next(schedule.DoneUntil) is not { } next)
                continue;
            there.Add(schedule.Id);
            if (_alarms.TryGetValue(schedule.Id, out var set) && set == next)
                continue;

            // What is overdue is taken here and now, one after the other: the order is the catalog's, not that of threads.
            if (next <= now)
                await RingAsync(clock, schedule.Id, cancellationToken);
            else
                await SetAsync(clock, schedule.Id, next, cancellationToken);
        }

        foreach (var id in _alarms.Keys.Where(id => !there.Contains(id)))
        {
            _alarms.TryRemove(id, out _);
            await clock.CancelAsync(id, cancellationToken);
        }
    }

    private Task SetAsync(IAlarmClock clock, ScheduleId id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        _alarms[id] = at;
        return clock.SetAsync(id, at + SpreadOf(id), cancellationToken);
    }

    private static TimeSpan SpreadOf(ScheduleId id) =>
        id.Value.Length > 6 && uint.TryParse(id.Value.AsSpan(id.Value.Length - 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromMilliseconds(number % SpreadMilliseconds)
            : TimeSpan.Zero;
}
