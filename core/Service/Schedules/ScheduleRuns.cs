using System.Text.Json;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Schedules;

/// <summary>What became of a schedule's runs: a query over the operations, which are kept for ever.</summary>
public sealed class ScheduleRuns
{
    private readonly CatalogStore _catalog;

    internal ScheduleRuns(CatalogStore catalog) => _catalog = catalog;

    /// <summary>The last runs, newest first, those that wait and those that were missed among them.</summary>
    public IReadOnlyList<ScheduleRunInfo> Of(ScheduleId schedule, int limit) =>
        [.. _catalog.Read(Rows.Operations, "WHERE \"Subject\" = @0 ORDER BY \"QueuedAt\" DESC, \"OccurrenceKey\" DESC LIMIT @1", schedule.Value, limit)
            .Select(Read).OrderByDescending(run => run.DueAt)];

    /// <summary>A run by its operation, or null when that is no schedule's.</summary>
    public ScheduleRunInfo? Find(OperationId operation) =>
        _catalog.Read(Rows.Operations, "WHERE \"Id\" = @0", operation.Value) is [{ Kind: RunSchedule.KindText } row] ? Read(row) : null;

    private static ScheduleRunInfo Read(OperationRow row)
    {
        var request = JsonSerializer.Deserialize(row.Request, SchedulesJson.Default.RunSchedule) ?? throw new JsonException("A run's request is empty.");
        var outcome = row.Outcome is { } text ? JsonSerializer.Deserialize(text, SchedulesJson.Default.RunScheduleOutcome) : null;
        return new()
        {
            Slot = request.Slot,
            Operation = new OperationId(row.Id),
            DueAt = request.Due ?? Utc(row.QueuedAt),
            StartedAt = row.StartedAt is { } started ? Utc(started) : null,
            EndedAt = row.EndedAt is { } ended ? Utc(ended) : null,
            State = StateOf((OperationState)row.State, outcome),
            Outcome = outcome,
            Failure = OperationReads.ReadFailure(row.Failure),
        };
    }

    private static ScheduleRunState StateOf(OperationState state, RunScheduleOutcome? outcome) => (state, outcome) switch
    {
        (OperationState.Queued, _) => ScheduleRunState.Waiting,
        (OperationState.Running, _) => ScheduleRunState.Running,
        (OperationState.Cancelled, _) => ScheduleRunState.Skipped,
        (_, RunScheduleOutcome.Ran) => ScheduleRunState.Ran,
        (_, RunScheduleOutcome.Skipped) => ScheduleRunState.Skipped,
        (_, RunScheduleOutcome.Missed) => ScheduleRunState.Missed,
        _ => ScheduleRunState.Failed,
    };

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}
