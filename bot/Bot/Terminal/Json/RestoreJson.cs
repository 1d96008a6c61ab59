using System.Text.Json.Serialization;
using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record SnapshotRestoredDto(SnapshotRestoreDto Restore);

internal sealed record SnapshotUndoneDto(SnapshotRestoreDto Undo);

internal sealed record SnapshotRestoreDto(
    string? Operation, string Snapshot, string? AsOf, string? SafetySnapshot, long DowntimeMs, long FilesAdded, long FilesReplaced, long FilesRemoved,
    IReadOnlyList<string> Recreated, IReadOnlyList<string> Killed, string? Silent, PlayersWarnedDto? Players, string? UndoUntil);

internal sealed record PlayersWarnedDto(string Warned, int? Online, string? Reason);

internal sealed record RestorePlanDto(RestoreCostDto Plan);

internal sealed record RestoreCostDto(
    string Snapshot, long TimeLostMs, PlayersNowDto Players, long FilesAdded, long FilesReplaced, long FilesRemoved, IReadOnlyList<string> Removed,
    IReadOnlyList<string> Unread, long Bytes, RestoreSpaceDto? Space, bool Stops, IReadOnlyList<string> StopsAlong, long DowntimeMs, string DowntimeBasis, IReadOnlyList<RecreateDto> Recreate,
    IReadOnlyList<ManagerNoteDto> Notes, string? UndoUntil, string? GameVersionNow, string? GameVersionThen);

internal sealed record PlayersNowDto(int? Online, IReadOnlyList<string> Names, bool CanBeWarned, string? Unknown);

internal sealed record RestoreSpaceDto(string Path, long Needed, long Usable, long Missing);

internal sealed record RecreateDto(string Container, string Reason, string? ImageNow, string ImageThen);

internal sealed record ManagerNoteDto(string Manager, string Container, string? File, string Effect);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SnapshotRestoredDto))]
[JsonSerializable(typeof(SnapshotUndoneDto))]
[JsonSerializable(typeof(RestorePlanDto))]
internal sealed partial class RestoreJsonContext : JsonSerializerContext;

internal static class RestoreJson
{
    public static SnapshotRestoredDto From(RestoreOutcome.Restored restored) => new(Dto(restored));

    public static SnapshotRestoredDto From(RestoreOutcome.NothingDiffers same, string operation) => new(Dto(same, operation));

    public static SnapshotUndoneDto Undone(RestoreOutcome.Restored restored) => new(Dto(restored));

    public static SnapshotUndoneDto Undone(RestoreOutcome.NothingDiffers same, string operation) => new(Dto(same, operation));

    public static RestorePlanDto From(RestoreCost.Cost cost) => new(new RestoreCostDto(
        cost.Snapshot.Id.Value, JsonText.Milliseconds(cost.TimeLost), Players(cost.Players), cost.FilesAdded, cost.FilesReplaced,
        cost.FilesRemoved, cost.Removed, cost.Unread, cost.Bytes,
        cost.Space is { } space ? new RestoreSpaceDto(space.Path, space.Needed, space.Usable, space.Missing) : null,
        cost.Stops, cost.StopsAlong, JsonText.Milliseconds(cost.Downtime.Time), cost.Downtime.Basis == DowntimeBasis.Measured ? "measured" : "estimated",
        [.. cost.Recreate.Select(each => new RecreateDto(each.Container, each.Reason, each.ImageNow, each.ImageThen))],
        [.. cost.Notes.Select(note => new ManagerNoteDto(
            Word(note.Manager), note.Container, note.File, note.Effect == ManagerEffect.DataOnly ? "data-only" : "brings-newer-back"))],
        JsonText.Time(cost.UndoUntil), cost.GameVersionNow, cost.GameVersionThen));

    private static SnapshotRestoreDto Dto(RestoreOutcome.Restored restored) => new(
        restored.Operation.Value, restored.Snapshot.Value, JsonText.Time(restored.AsOf), restored.SafetySnapshot?.Value,
        JsonText.Milliseconds(restored.Downtime), restored.FilesAdded, restored.FilesReplaced, restored.FilesRemoved, restored.Recreated,
        restored.Killed, restored.Silent, Warned(restored.Players), JsonText.Time(restored.UndoUntil));

    private static SnapshotRestoreDto Dto(RestoreOutcome.NothingDiffers same, string operation) => new(
        operation, same.Snapshot.Value, null, null, 0, 0, 0, 0, [], [], null, null, null);

    private static PlayersNowDto Players(PlayersNow players) => players switch
    {
        PlayersNow.Known it => new(it.Online, it.Names, it.Warning == PlayerWarning.Possible, null),
        PlayersNow.Unknown it => new(null, [], it.Warning == PlayerWarning.Possible, it.Reason),
        _ => new(0, [], false, null),
    };

    private static PlayersWarnedDto Warned(PlayersWarned players) => players switch
    {
        PlayersWarned.Told it => new("told", it.Online, null),
        PlayersWarned.NotPossible it => new("not-possible", it.Online, null),
        PlayersWarned.Failed it => new("failed", it.Online, it.Reason),
        _ => new("nobody", 0, null),
    };

    private static string Word(ContainerManager manager) => manager.ToString().ToLowerInvariant();
}
