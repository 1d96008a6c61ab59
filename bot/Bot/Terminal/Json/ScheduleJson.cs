using System.Globalization;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Commands.Schedule;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record SchedulesDto(IReadOnlyList<ScheduleDto> Schedules);

internal sealed record OneScheduleDto(ScheduleDto Schedule);

internal sealed record ScheduleSavedDto(ScheduleDto Schedule, IReadOnlyList<string> Next, IReadOnlyList<KeepBucketDto> Keeps, IReadOnlyList<string> Notes);

/// <summary>A channel's id is text: it does not fit the numbers many JSON readers have.</summary>
internal sealed record ScheduleDto(
    string Id, string Name, string? Server, string ServerId, string Every, string Words, string Zone, string When, string? Keep, string? Channel,
    bool ChannelGone, string State, string? PausedBy, string CreatedBy, string CreatedAt, string? Next, ScheduleKeptDto Kept,
    IReadOnlyList<ScheduleRunDto> Last);

internal sealed record ScheduleKeptDto(int Snapshots, long BytesAdded);

/// <summary><paramref name="Covers"/> is how far back it reaches, in milliseconds.</summary>
internal sealed record KeepBucketDto(string Bucket, int Count, long Covers);

internal sealed record SchedulePreviewDto(
    IReadOnlyList<ScheduleTimeDto> Next, string Words, string Zone, string When, IReadOnlyList<KeepBucketDto> Keeps, long? EstimatedBytes);

internal sealed record ScheduleTimeDto(string At, string Local, string Words);

internal sealed record ScheduleRemovedDto(ScheduleRefDto Removed);

internal sealed record ScheduleRefDto(string Id, string Name);

internal sealed record ScheduleRunsDto(string? Picture, IReadOnlyList<ScheduleRunDto> Runs);

internal sealed record OneScheduleRunDto(ScheduleRunDto Run);

internal sealed record ScheduleRunDto(
    string? Slot, string? DueAt, string? StartedAt, string? EndedAt, string Outcome, string? Reason, string? Message, string? Note, string? Snapshot, int Count,
    string Operation);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SchedulesDto))]
[JsonSerializable(typeof(OneScheduleDto))]
[JsonSerializable(typeof(ScheduleSavedDto))]
[JsonSerializable(typeof(SchedulePreviewDto))]
[JsonSerializable(typeof(ScheduleRemovedDto))]
[JsonSerializable(typeof(ScheduleRunsDto))]
[JsonSerializable(typeof(OneScheduleRunDto))]
internal sealed partial class ScheduleJsonContext : JsonSerializerContext;

internal static class ScheduleJson
{
    private const string LocalForm = "yyyy-MM-dd'T'HH:mm:sszzz";

    public static SchedulesDto From(IReadOnlyList<ScheduleInfo> schedules) => new([.. schedules.Select(From)]);

    public static OneScheduleDto One(ScheduleInfo schedule) => new(From(schedule));

    public static ScheduleSavedDto From(ScheduleOutcome.Saved saved) => new(
        From(saved.Schedule), [.. saved.Next.Select(JsonText.Time)], From(saved.Keeps.Buckets), [.. saved.Notes.Select(CodeOf)]);

    public static SchedulePreviewDto From(SchedulePreview.Shown shown) => new(
        [.. shown.Next.Select(at => new ScheduleTimeDto(
            JsonText.Time(at), TimeZoneInfo.ConvertTime(at, shown.Zone).ToString(LocalForm, CultureInfo.InvariantCulture), ScheduleText.Local(at, shown.Zone)))],
        shown.Frequency.Text, shown.Zone.Id, WordOf(shown.When), From(shown.Keeps.Buckets), shown.Keeps.EstimatedBytes);

    public static ScheduleRemovedDto Removed(ScheduleOutcome.Removed removed) => new(new ScheduleRefDto(removed.Id.Value, removed.Name));

    public static ScheduleRunsDto From(ScheduleHistory history) => new(history.Picture, [.. history.Runs.Select(From)]);

    public static OneScheduleRunDto Ran(string operation, RunScheduleOutcome outcome) => new(From(new ScheduleRunInfo
    {
        Operation = new Service.Operations.OperationId(operation),
        DueAt = default,
        State = outcome switch
        {
            RunScheduleOutcome.Ran => ScheduleRunState.Ran,
            RunScheduleOutcome.Skipped => ScheduleRunState.Skipped,
            _ => ScheduleRunState.Missed,
        },
        Outcome = outcome,
    }) with
    { DueAt = null });

    private static ScheduleDto From(ScheduleInfo it) => new(
        it.Id.Value, it.Name, it.Server, it.ServerId.Value, it.Every, SchedulePages.Every(it), it.Zone, WordOf(it.When), it.Keep,
        it.Channel?.ToString(CultureInfo.InvariantCulture), it.ChannelGone, StateOf(it.Pause), it.PausedBy, it.CreatedBy, JsonText.Time(it.CreatedAt),
        JsonText.Time(it.Next), new ScheduleKeptDto(it.Kept.Snapshots, it.Kept.BytesAdded), [.. it.Last.Select(From)]);

    private static IReadOnlyList<KeepBucketDto> From(IReadOnlyList<KeepBucket> keeps) =>
        [.. keeps.Select(bucket => new KeepBucketDto(bucket.Bucket, bucket.Count, JsonText.Milliseconds(bucket.Covers)))];

    private static ScheduleRunDto From(ScheduleRunInfo run) => new(
        run.Slot, JsonText.Time(run.DueAt), JsonText.Time(run.StartedAt), JsonText.Time(run.EndedAt), ScheduleText.State(run.State), ScheduleText.Code(run),
        ScheduleText.Reason(run, TimeZoneInfo.Utc), run.Outcome is RunScheduleOutcome.Ran ran ? ScheduleText.NoteCode(ran.Note) : null,
        run.Outcome is RunScheduleOutcome.Ran made ? made.Snapshot.Id.Value : null, run.Outcome is RunScheduleOutcome.Missed missed ? missed.Count : 1,
        run.Operation.Value);

    private static string WordOf(ScheduleWhen when) => when switch
    {
        ScheduleWhen.Online => "online",
        ScheduleWhen.Played => "played",
        _ => "any",
    };

    private static string StateOf(SchedulePause pause) => pause switch
    {
        SchedulePause.Active => "active",
        SchedulePause.ByPerson => "paused",
        SchedulePause.ServerGone => "server-gone",
        SchedulePause.Rebuilt => "rebuilt",
        _ => "not-understood",
    };

    private static string CodeOf(ScheduleNote note) => note switch
    {
        ScheduleNote.Changed => "changed",
        ScheduleNote.ZoneIsDefault => "zone-is-default",
        _ => "no-player-query",
    };
}
