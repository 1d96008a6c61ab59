using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record StorageShownDto(StorageDto Storage, string? Picture);

internal sealed record StorageDto(
    string Location, string Light, IReadOnlyList<string> Reasons, long Bytes, int Snapshots, IReadOnlyList<StorageServerDto> Servers, int Locked,
    long LockedBytes, int Safety, long SafetyBytes, long? Quota, DiskDto? Disk, CopyDto? Copy, bool PasswordKept, ReadingDto Reading,
    IReadOnlyList<GrowthDto> Growth);

internal sealed record StorageServerDto(string Id, string Name, int Snapshots, long Bytes);

internal sealed record DiskDto(string Path, long Total, long Free, string Level, long? FullInMs, long Repository, long Locked, long Safety, long Others);

internal sealed record CopyDto(string To, string? At, int Missing, string? Failure, bool Elsewhere);

internal sealed record ReadingDto(int Days, double Share, string? Oldest);

internal sealed record GrowthDto(string At, long Bytes, int Snapshots, long? Free);

internal sealed record StoragePrunedDto(
    bool Planned, bool Pruned, long PacksKept, long PacksRewritten, long PacksRemoved, long BytesFreed, long BytesRemaining, long BytesUnusedLeft, long DurationMs);

internal sealed record StorageCopiedDto(StorageCopyDto Copy);

internal sealed record StorageCopyDto(string To, int Snapshots, int Changed, int There, long Blobs, long Bytes, long DurationMs);

internal sealed record SnapshotExportedDto(SnapshotExportDto Export);

internal sealed record SnapshotExportDto(string Snapshot, string File, long Entries, long Bytes, long ArchiveBytes, int LeftOut);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StorageShownDto))]
[JsonSerializable(typeof(StoragePrunedDto))]
[JsonSerializable(typeof(RepositoryCheckDto))]
[JsonSerializable(typeof(StorageCopiedDto))]
[JsonSerializable(typeof(SnapshotExportedDto))]
internal sealed partial class StorageJsonContext : JsonSerializerContext;

internal static class StorageJson
{
    public static StorageShownDto From(StorageInfo storage, string? picture) => new(
        new StorageDto(
            storage.Location, FreshnessText.Of(storage.Light), [.. storage.Reasons.Select(Word)], storage.Bytes, storage.Snapshots,
            [.. storage.Servers.Select(share => new StorageServerDto(share.Id.Value, share.Name, share.Snapshots, share.Bytes))],
            storage.Locked, storage.LockedBytes, storage.Safety, storage.SafetyBytes, storage.Quota, From(storage.Disk), From(storage.Copy),
            storage.PasswordKept, new ReadingDto(storage.Reading.Days, Math.Round(storage.Reading.Share, 3), JsonText.Time(storage.Reading.Oldest)),
            [.. storage.Growth.Select(sample => new GrowthDto(JsonText.Time(sample.At), sample.Bytes, sample.Snapshots, sample.Free))]),
        picture);

    public static StoragePrunedDto From(PruneCounts counts, TimeSpan? took) => new(
        took is null, took is not null, counts.PacksKept, counts.PacksRewritten, counts.PacksRemoved, counts.BytesFreed, counts.BytesRemaining,
        counts.BytesUnusedLeft, (long)(took ?? TimeSpan.Zero).TotalMilliseconds);

    public static StoragePrunedDto NothingPruned() => new(false, false, 0, 0, 0, 0, 0, 0, 0);

    public static RepositoryCheckDto From(CheckRepositoryOutcome check) => new(
        check.Snapshots, check.Packs, check.Blobs, check.BytesRead, (long)check.Took.TotalMilliseconds, check.Errors, check.Notes,
        [.. check.Hurt.Select(hurt => new HurtSnapshotDto(hurt.Snapshot, hurt.Paths, hurt.MorePaths))]);

    public static StorageCopiedDto From(CopyRepositoryOutcome.Copied copy) => new(
        new StorageCopyDto(copy.To, copy.Snapshots, copy.Changed, copy.There, copy.Blobs, copy.Bytes, (long)copy.Took.TotalMilliseconds));

    public static SnapshotExportedDto From(ExportSnapshotOutcome.Exported export) => new(
        new SnapshotExportDto(export.Snapshot.Id.Value, export.File, export.Entries, export.Bytes, export.ArchiveBytes, export.LeftOut));

    private static DiskDto? From(DiskSpace? disk) => disk is null ? null : new(
        disk.Path, disk.Total, disk.Free, LevelOf(disk.Level), disk.FullIn is { } left ? (long)left.TotalMilliseconds : null, disk.Repository, disk.Locked,
        disk.Safety, disk.Others);

    private static CopyDto? From(CopyInfo? copy) =>
        copy is null ? null : new(copy.To, JsonText.Time(copy.At), copy.Missing, copy.Failure, copy.IsElsewhere);

    private static string LevelOf(DiskLevel level) => level switch
    {
        DiskLevel.Full => "full",
        DiskLevel.Low => "low",
        DiskLevel.FullSoon => "full-soon",
        _ => "fine",
    };

    /// <summary>Stable words, for scripts.</summary>
    private static string Word(StorageReason reason) => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.GetType().Name);
}
