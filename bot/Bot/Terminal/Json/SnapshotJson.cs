using System.Text.Json.Serialization;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record OneSnapshotDto(SnapshotDto Snapshot);

internal sealed record SnapshotsDto(IReadOnlyList<SnapshotDto> Snapshots, string? Next);

internal sealed record SnapshotDto(
    string Id, string Name, string Server, string ServerId, string ResticId, bool Locked, string? Note, string CreatedAt, string CreatedBy,
    string Reason, string Grade, long? FreezeMs, long DurationMs, long FilesTotal, long FilesChanged, long BytesProcessed, long BytesAdded,
    string? VerifiedAt, string? UndoUntil, string? BootProvenAt, long? BootTookMs, int? Players, IReadOnlyList<SnapshotWarningDto> Warnings);

internal sealed record SnapshotWarningDto(string Code, string Subject, string? Detail);

internal sealed record SnapshotDetailsDto(
    SnapshotDto Snapshot, IReadOnlyList<SnapshotContainerDto> Containers, IReadOnlyList<SnapshotMountDto> Mounts, string? GameVersion);

internal sealed record SnapshotContainerDto(
    string Name, string Image, string ImageId, string State, IReadOnlyList<string> Command, IReadOnlyList<string> Environment,
    IReadOnlyList<string> Ports, IReadOnlyList<string> Networks, IReadOnlyDictionary<string, string> Labels, string RestartPolicy,
    long MemoryLimit, bool HasLayer, bool HasImage);

internal sealed record SnapshotMountDto(
    string Container, string Target, string Kind, string Source, bool ReadOnly, string? Folder, string? LeftOut);

internal sealed record SnapshotDeletedDto(DeletedDto Deleted);

internal sealed record DeletedDto(string Id, string Name, string Server, string UndoUntil);

internal sealed record SnapshotEntriesDto(string Path, IReadOnlyList<SnapshotEntryDto> Entries);

internal sealed record SnapshotEntryDto(
    string Name, string Path, string Type, long Size, string Mode, uint Uid, uint Gid, string ModifiedAt, string? Target);

internal sealed record SnapshotGotDto(string Path, long Bytes, string? File);

internal sealed record SnapshotVerifiedDto(bool Verified, long Blobs, long Bytes, IReadOnlyList<VerifyErrorDto> Errors);

internal sealed record VerifyErrorDto(string Path, string Message);

internal sealed record CatalogRebuiltDto(int Servers, int Snapshots, int Schedules, int Settings, string? KeptAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OneSnapshotDto))]
[JsonSerializable(typeof(SnapshotsDto))]
[JsonSerializable(typeof(SnapshotDetailsDto))]
[JsonSerializable(typeof(SnapshotDeletedDto))]
[JsonSerializable(typeof(SnapshotEntriesDto))]
[JsonSerializable(typeof(SnapshotGotDto))]
[JsonSerializable(typeof(SnapshotVerifiedDto))]
[JsonSerializable(typeof(CatalogRebuiltDto))]
internal sealed partial class SnapshotJsonContext : JsonSerializerContext;

internal static class SnapshotJson
{
    public static OneSnapshotDto One(SnapshotInfo snapshot) => new(From(snapshot));

    public static SnapshotsDto From(SnapshotPage page) => new([.. page.Snapshots.Select(From)], page.Next?.Value);

    public static SnapshotDetailsDto From(SnapshotDetails details) => new(
        From(details.Snapshot), [.. details.Containers.Select(From)], [.. details.Mounts.Select(From)], details.GameVersion);

    public static SnapshotDeletedDto Deleted(SnapshotInfo snapshot, DateTimeOffset undoUntil) => new(
        new DeletedDto(snapshot.Id.Value, snapshot.Name, snapshot.Server, JsonText.Time(undoUntil)));

    public static SnapshotEntriesDto From(SnapshotListing.Entries listing) => new(listing.Path, [.. listing.Items.Select(From)]);

    public static SnapshotVerifiedDto Verified(bool whole, long blobs, long bytes, IReadOnlyList<VerifyError> errors) => new(
        whole, blobs, bytes, [.. errors.Select(error => new VerifyErrorDto(error.Path, error.Message))]);

    public static DifferenceDto From(SnapshotDiff.Difference difference) => new(
        difference.Added, difference.Changed, difference.Removed, difference.BytesAdded, difference.BytesRemoved,
        [.. difference.Entries.Select(each => new DifferenceEntryDto(each.Path, ChangeOf(each.Change), each.Type, each.SizeBefore, each.SizeAfter))]);

    public static string ModeOf(int mode) => Convert.ToString(mode, 8).PadLeft(4, '0');

    private static SnapshotDto From(SnapshotInfo snapshot) => new(
        snapshot.Id.Value, snapshot.Name, snapshot.Server, snapshot.ServerId.Value, snapshot.ResticId, snapshot.Locked, snapshot.Note,
        JsonText.Time(snapshot.CreatedAt), snapshot.CreatedBy, snapshot.Reason, SnapshotPages.GradeOf(snapshot.Grade),
        snapshot.Freeze is { } freeze ? JsonText.Milliseconds(freeze) : null, JsonText.Milliseconds(snapshot.Duration), snapshot.FilesTotal,
        snapshot.FilesChanged, snapshot.BytesProcessed, snapshot.BytesAdded, JsonText.Time(snapshot.VerifiedAt), JsonText.Time(snapshot.UndoUntil),
        JsonText.Time(snapshot.BootProvenAt), snapshot.BootTook is { } took ? JsonText.Milliseconds(took) : null, snapshot.Players,
        [.. snapshot.Warnings.Select(warning => new SnapshotWarningDto(warning.Code, warning.Subject, warning.Detail))]);

    private static SnapshotContainerDto From(SnapshotContainer container) => new(
        container.Name, container.Image, container.ImageId, container.State, container.Command, container.Environment, container.Ports,
        container.Networks, container.Labels, container.RestartPolicy, container.MemoryLimit, container.HasLayer, container.HasImage);

    private static SnapshotMountDto From(SnapshotMount mount) => new(
        mount.Container, mount.Target, mount.Kind, mount.Source, mount.ReadOnly, mount.Folder, mount.LeftOut);

    private static SnapshotEntryDto From(SnapshotEntry entry) => new(
        entry.Name, entry.Path, entry.Type, entry.Size, ModeOf(entry.Mode), entry.UserId, entry.GroupId, JsonText.Time(entry.ModifiedAt),
        entry.LinkTarget);

    private static string ChangeOf(DiffChange change) => change switch
    {
        DiffChange.Added => "added",
        DiffChange.Changed => "changed",
        DiffChange.Metadata => "metadata",
        _ => "removed",
    };
}
