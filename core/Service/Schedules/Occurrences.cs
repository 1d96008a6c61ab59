using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>
/// Turns what is due into operations, in one transaction with the mark up to which all is done: a process killed at any moment has neither
/// doubled nor lost an occurrence. At most the newest is run, and only inside its window; the others are recorded as missed, and an incident says so
/// in the same transaction, however soon a catch-up makes up for them.
/// </summary>
internal sealed class Occurrences(CatalogStore catalog, OperationQueue queue, Incidents incidents, TimeProvider time)
{
    /// <summary>A run this late is still the run itself, not a catch-up: alarms ring late on a busy machine.</summary>
    public static readonly TimeSpan OnTime = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestWindow = TimeSpan.FromHours(12);

    /// <summary>So many missed times get a record each; of a longer absence the older ones share one.</summary>
    private const int MostRecords = 48;

    public static readonly Requester Clock = new("schedule");

    /// <summary>Takes all that is due by now.</summary>
    /// <returns>When the schedule is due next; null when it is paused, gone, or no clock decides.</returns>
    public Task<DateTimeOffset?> TakeAsync(ScheduleId id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return catalog.WriteAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == id.Value) is not { Paused: (int)SchedulePause.Active } row)
                    return null;
                var schedule = Schedule.Of(row);
                if (Due(schedule, now) is { Count: > 0 } due)
                {
                    Record(context, schedule, due, now);
                    row.DoneUntil = due[^1].UtcTicks;
                }

                return schedule.Next(Later(schedule.DoneUntil, now));
            },
            cancellationToken);
    }

    /// <summary>Takes one occurrence that people's playing decided; false when it was taken before.</summary>
    public Task<bool> TakeAsync(ScheduleId id, DateTimeOffset at, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Schedules.FirstOrDefault(one => one.Id == id.Value) is not { Paused: (int)SchedulePause.Active } row || row.DoneUntil >= at.UtcTicks)
                    return false;
                Add(context, Schedule.Of(row), at, RunCause.Due);
                row.DoneUntil = at.UtcTicks;
                return true;
            },
            cancellationToken);

    /// <summary>For how long after an occurrence it is still worth running: half the way to the next, at most twelve hours.</summary>
    public static TimeSpan WindowOf(DateTimeOffset due, DateTimeOffset? next)
    {
        var half = next is { } following ? (following - due) / 2 : LongestWindow;
        return half > LongestWindow ? LongestWindow : half < OnTime ? OnTime : half;
    }

    private static List<DateTimeOffset> Due(Schedule schedule, DateTimeOffset now)
    {
        var due = new List<DateTimeOffset>();
        for (var at = schedule.Next(schedule.DoneUntil); at is { } one && one <= now; at = schedule.Next(one))
            due.Add(one);
        return due;
    }

    private void Record(CatalogContext context, Schedule schedule, List<DateTimeOffset> due, DateTimeOffset now)
    {
        var newest = due[^1];
        var late = now - newest;
        var runs = late <= WindowOf(newest, schedule.Next(newest));
        var missed = runs ? due[..^1] : due;
        var shared = missed.Count > MostRecords ? missed[..^(MostRecords - 1)] : [];
        var told = 0;
        if (shared.Count > 0 && Miss(context, schedule, shared[0], shared[^1], shared.Count, now))
            told += shared.Count;
        foreach (var at in missed.Skip(shared.Count))
            told += Miss(context, schedule, at, at, 1, now) ? 1 : 0;
        if (told > 0)
            incidents.Missed(context, schedule.Server, schedule.Id.Value, schedule.Name, told, missed[0]);
        if (runs)
            Add(context, schedule, newest, late <= OnTime ? RunCause.Due : RunCause.CatchUp);
    }

    private bool Miss(CatalogContext context, Schedule schedule, DateTimeOffset first, DateTimeOffset last, int count, DateTimeOffset now)
    {
        if (Add(context, schedule, first, RunCause.Due) is not { } row)
            return false;
        row.State = (int)OperationState.Ended;
        row.EndedAt = now.UtcTicks;
        row.Outcome = System.Text.Json.JsonSerializer.Serialize(
            new RunScheduleOutcome.Missed(first, last, count), SchedulesJson.Default.RunScheduleOutcome);
        return true;
    }

    private static RunSchedule Request(Schedule schedule, DateTimeOffset at, RunCause cause) => new()
    {
        Schedule = schedule.Id,
        Server = schedule.Server,
        Due = at,
        Slot = schedule.Frequency!.SlotOf(at, schedule.Zone!),
        Cause = cause,
    };

    /// <summary>Adds the occurrence unless it is there already: the clocks of a machine may be put back.</summary>
    /// <remarks>A local time is an occurrence only together with its zone: half past six comes again for who moves to New York.</remarks>
    private OperationRow? Add(CatalogContext context, Schedule schedule, DateTimeOffset at, RunCause cause)
    {
        var request = Request(schedule, at, cause);
        var key = $"{request.Schedule.Value}@{request.Slot}@{schedule.ZoneName}";
        if (context.Operations.Any(one => one.OccurrenceKey == key) || IsThereWithoutZone(context, request))
            return null;
        var row = queue.RowOf(OperationId.New(time), request, Clock, key, Waiting.Nobody);
        context.Operations.Add(row);
        return row;
    }

    /// <summary>Whether the same instant was taken by a version whose keys had no zone.</summary>
    private static bool IsThereWithoutZone(CatalogContext context, RunSchedule request)
    {
        var key = $"{request.Schedule.Value}@{request.Slot}";
        return context.Operations.FirstOrDefault(one => one.OccurrenceKey == key) is { } row
            && System.Text.Json.JsonSerializer.Deserialize(row.Request, SchedulesJson.Default.RunSchedule)?.Due == request.Due;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
