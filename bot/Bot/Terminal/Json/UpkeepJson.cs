using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record RetentionDto(bool Planned, string? Held, IReadOnlyList<KeptDto> Kept, IReadOnlyList<ForgottenDto> Forgotten, long KeptBytes);

internal sealed record ServerRetentionDto(
    string Server, string? Retention, string Source, bool Planned, string? Held, IReadOnlyList<KeptDto> Kept, IReadOnlyList<ForgottenDto> Forgotten, long KeptBytes);

internal sealed record KeptDto(string Id, string Name, string CreatedAt, IReadOnlyList<KeepReasonDto> Reasons);

internal sealed record KeepReasonDto(string Rule, int? Number, int? Of, string? Detail);

internal sealed record ForgottenDto(string Id, string Name, string CreatedAt, string Reason);

internal sealed record ExpiredDto(bool Planned, int Kept, IReadOnlyList<ForgottenDto> Forgotten);

internal sealed record ResumedDto(bool Resumed, string Server, string? Cause, string? Unlocked);

internal sealed record BootProvenDto(bool Proven, string Snapshot, long? TookMs, string? Container, string? Reason);

internal sealed record IncidentsDto(IReadOnlyList<IncidentDto> Incidents);

internal sealed record IncidentDto(
    string Id, string? Server, string? ServerId, string Cause, string? Subject, string OpenedAt, string SeenAt, int Times, string? ResolvedAt,
    string? LastGood, string Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RetentionDto))]
[JsonSerializable(typeof(ServerRetentionDto))]
[JsonSerializable(typeof(ExpiredDto))]
[JsonSerializable(typeof(ResumedDto))]
[JsonSerializable(typeof(BootProvenDto))]
[JsonSerializable(typeof(IncidentsDto))]
internal sealed partial class UpkeepJsonContext : JsonSerializerContext;

internal static class UpkeepJson
{
    public static ServerRetentionDto From(RetentionShown shown)
    {
        var forecast = From(shown.Forecast);
        return new(
            shown.Server, shown.Rule.Text, Kebab(shown.Rule.Source.ToString()), shown.Planned is not null, forecast.Held, forecast.Kept, forecast.Forgotten,
            forecast.KeptBytes);
    }

    public static RetentionDto From(RetentionForecast forecast) => new(
        true, forecast.Held?.Word,
        [.. forecast.Kept.Select(kept => new KeptDto(
            kept.Snapshot.Id.Value, kept.Snapshot.Name, JsonText.Time(kept.Snapshot.CreatedAt), [.. kept.Reasons.Select(From)]))],
        [.. forecast.Forgotten.Select(gone => new ForgottenDto(
            gone.Snapshot.Id.Value, gone.Snapshot.Name, JsonText.Time(gone.Snapshot.CreatedAt), Kebab(gone.Reason.ToString())))],
        forecast.KeptBytes);

    public static ExpiredDto From(ExpireSnapshotsOutcome.Expired expired) => new(
        false, expired.Kept,
        [.. expired.Snapshots.Select(one => new ForgottenDto(one.Id.Value, one.Name, JsonText.Time(one.CreatedAt), "policy"))]);

    public static ResumedDto From(ResumeServerOutcome.Resumed resumed) => new(true, resumed.Server, resumed.Cause.Word, resumed.Unlocked?.Id.Value);

    public static ResumedDto From(ResumeServerOutcome.NotHeld fine) => new(false, fine.Server, null, null);

    public static BootProvenDto From(ProveBootOutcome.Proven proven) => new(
        true, proven.Snapshot.Id.Value, (long)proven.Took.TotalMilliseconds, null, null);

    public static BootProvenDto From(ProveBootOutcome.NotProven it) => new(false, it.Snapshot.Id.Value, null, it.Container, it.Reason);

    public static IncidentsDto From(IReadOnlyList<IncidentInfo> incidents) => new([.. incidents.Select(From)]);

    private static IncidentDto From(IncidentInfo one) => new(
        one.Id, one.Server, one.ServerId?.Value, one.Cause.Word, one.Cause.Subject.Length > 0 ? one.Cause.Subject : null, JsonText.Time(one.OpenedAt),
        JsonText.Time(one.SeenAt), one.Times, JsonText.Time(one.ResolvedAt), one.LastGood?.Value, IncidentText.What(one.Cause));

    private static KeepReasonDto From(KeepWhy why) => new(why.Rule, why.Number > 0 ? why.Number : null, why.Of > 0 ? why.Of : null, why.Detail);

    private static string Kebab(string word) => JsonNamingPolicy.KebabCaseLower.ConvertName(word);
}
