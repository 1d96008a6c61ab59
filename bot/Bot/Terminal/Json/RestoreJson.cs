using System.Text.Json.Serialization;
using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record SnapshotRestoredDto(SnapshotRestoreDto Restore);

internal sealed record SnapshotRestoreDto(
    string? Operation, string Snapshot, string? SafetySnapshot, long DowntimeMs, long FilesAdded, long FilesReplaced, long FilesRemoved,
    IReadOnlyList<string> Recreated, IReadOnlyList<string> Killed, string? UndoUntil);

internal sealed record RestorePlanDto(RestoreCostDto Plan);

internal sealed record RestoreCostDto(
    string Snapshot, long TimeLostMs, long FilesAdded, long FilesReplaced, long FilesRemoved, long Bytes, bool Stops,
    IReadOnlyList<RecreateDto> Recreate);

internal sealed record RecreateDto(string Container, string Reason);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SnapshotRestoredDto))]
[JsonSerializable(typeof(RestorePlanDto))]
internal sealed partial class RestoreJsonContext : JsonSerializerContext;

internal static class RestoreJson
{
    public static SnapshotRestoredDto From(RestoreOutcome.Restored restored) => new(new SnapshotRestoreDto(
        restored.Operation.Value, restored.Snapshot.Value, restored.SafetySnapshot?.Value, JsonText.Milliseconds(restored.Downtime),
        restored.FilesAdded, restored.FilesReplaced, restored.FilesRemoved, restored.Recreated, restored.Killed,
        JsonText.Time(restored.UndoUntil)));

    public static SnapshotRestoredDto From(RestoreOutcome.NothingDiffers same, string operation) => new(new SnapshotRestoreDto(
        operation, same.Snapshot.Value, null, 0, 0, 0, 0, [], [], null));

    public static RestorePlanDto From(RestoreCost.Cost cost) => new(new RestoreCostDto(
        cost.Snapshot.Id.Value, JsonText.Milliseconds(cost.TimeLost), cost.FilesAdded, cost.FilesReplaced, cost.FilesRemoved, cost.Bytes,
        cost.Stops, [.. cost.Recreate.Select(each => new RecreateDto(each.Container, each.Reason))]));
}
