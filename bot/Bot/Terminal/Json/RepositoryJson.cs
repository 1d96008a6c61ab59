using System.Text.Json.Serialization;
using SnapshotBot.Bot.Commands.Repository;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record RepositoryCreatedDto(RepositoryDto Repository);

internal sealed record RepositoryDto(string Id, string Location, int Version);

internal sealed record RepositorySnapshotsDto(IReadOnlyList<RepositorySnapshotDto> Snapshots);

internal sealed record RepositorySnapshotDto(
    string Id, string Time, string Host, string User, IReadOnlyList<string> Paths, IReadOnlyList<string> Tags);

internal sealed record RepositoryArchivedDto(RepositoryArchiveDto Snapshot);

internal sealed record RepositoryArchiveDto(
    string Id, string Time, string Host, string User, IReadOnlyList<string> Paths, IReadOnlyList<string> Tags, string? Parent,
    long FilesTotal, long FilesNew, long FilesChanged, long FilesUnmodified, long FoldersTotal, long BytesProcessed, long BytesAdded,
    long BytesStored, long DurationMs, IReadOnlyList<PathWarningDto> Warnings);

internal sealed record PathWarningDto(string Path, string Reason);

internal sealed record RepositoryListingDto(string Snapshot, IEnumerable<RepositoryEntryDto> Entries);

internal sealed record RepositoryEntryDto(
    string Path, string Type, long Size, string Mode, uint Uid, uint Gid, string ModifiedAt, string? Target);

internal sealed record RepositoryRestoredDto(RepositoryRestoreDto Restore);

internal sealed record RepositoryRestoreDto(
    string Snapshot, string Target, long FilesWritten, long FilesUnchanged, long EntriesRemoved, long BytesWritten, long BytesUnchanged,
    long DurationMs, long ProblemCount, IReadOnlyList<RestoreProblemDto> Problems);

internal sealed record RestoreProblemDto(string Path, string Kind, string Message);

internal sealed record DifferenceDto(
    long Added, long Changed, long Removed, long BytesAdded, long BytesRemoved, IReadOnlyList<DifferenceEntryDto> Entries);

internal sealed record DifferenceEntryDto(string Path, string Change, string Type, long? SizeBefore, long? SizeAfter);

internal sealed record RepositoryCheckDto(
    long Snapshots, long Packs, long Blobs, long BytesRead, long DurationMs, IReadOnlyList<string> Errors, IReadOnlyList<string> Notes,
    IReadOnlyList<HurtSnapshotDto> Hurt);

internal sealed record HurtSnapshotDto(string Snapshot, IReadOnlyList<string> Paths, long MorePaths);

internal sealed record RepositoryForgottenDto(
    bool Planned, IReadOnlyList<KeptSnapshotDto> Kept, IReadOnlyList<string> Removed);

internal sealed record KeptSnapshotDto(string Id, IReadOnlyList<string> Reasons);

internal sealed record RepositoryPrunedDto(
    bool Planned, long PacksKept, long PacksRewritten, long PacksRemoved, long BytesFreed, long BytesRemaining, long BytesUnusedLeft,
    long DurationMs);

internal sealed record RepositoryUnlockedDto(int Removed, int Left);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RepositoryCreatedDto))]
[JsonSerializable(typeof(RepositorySnapshotsDto))]
[JsonSerializable(typeof(RepositoryArchivedDto))]
[JsonSerializable(typeof(RepositoryListingDto))]
[JsonSerializable(typeof(RepositoryRestoredDto))]
[JsonSerializable(typeof(DifferenceDto))]
[JsonSerializable(typeof(RepositoryCheckDto))]
[JsonSerializable(typeof(RepositoryForgottenDto))]
[JsonSerializable(typeof(RepositoryPrunedDto))]
[JsonSerializable(typeof(RepositoryUnlockedDto))]
internal sealed partial class RepositoryJsonContext : JsonSerializerContext;

internal static class RepositoryJson
{
    public static RepositoryCreatedDto From(RepositoryCreated created) => new(new RepositoryDto(created.Id, created.Location, created.Version));

    public static RepositorySnapshotsDto From(RepositorySnapshots listed) => new([.. listed.Snapshots.Select(From)]);

    public static RepositoryArchivedDto From(RepositoryArchived archived)
    {
        var (snapshot, counts) = (archived.Snapshot, archived.Counts);
        return new(new RepositoryArchiveDto(
            snapshot.Id, JsonText.Time(snapshot.Time), snapshot.Host, snapshot.User, snapshot.Paths, snapshot.Tags, archived.Parent,
            counts.FilesTotal, counts.FilesNew, counts.FilesChanged, counts.FilesUnmodified, counts.FoldersTotal, counts.BytesProcessed,
            counts.BytesAdded, counts.BytesStored, JsonText.Milliseconds(archived.Took), From(archived.Warnings)));
    }

    public static RepositoryListingDto From(RepositoryListing listing) => new(listing.Snapshot, listing.Entries.Select(From));

    public static RepositoryRestoredDto From(RepositoryRestored restored)
    {
        var counts = restored.Counts;
        return new(new RepositoryRestoreDto(
            restored.Snapshot, restored.Target, counts.FilesWritten, counts.FilesUnchanged, counts.EntriesRemoved, counts.BytesWritten,
            counts.BytesUnchanged, JsonText.Milliseconds(restored.Took), restored.TroubleCount,
            [.. restored.Troubles.Select(trouble => new RestoreProblemDto(trouble.Path, trouble.Kind, trouble.Message))]));
    }

    public static DifferenceDto From(RepositoryDifference difference)
    {
        var counts = difference.Entries.CountBy(entry => entry.Kind).ToDictionary();
        return new(
            counts.GetValueOrDefault(DifferenceKind.Added), counts.GetValueOrDefault(DifferenceKind.Changed),
            counts.GetValueOrDefault(DifferenceKind.Removed), difference.BytesAdded, difference.BytesRemoved,
            [.. difference.Entries.Select(From)]);
    }

    public static RepositoryCheckDto From(RepositoryChecked check) => new(
        check.Snapshots, check.Packs, check.Blobs, check.BytesRead, JsonText.Milliseconds(check.Took), check.Errors, check.Notes,
        [.. check.Hurt.Select(hurt => new HurtSnapshotDto(hurt.Snapshot, hurt.Paths, hurt.MorePaths))]);

    public static RepositoryForgottenDto From(RepositoryForgotten forgotten) => new(
        forgotten.Execution == Execution.Planned, [.. forgotten.Kept.Select(kept => new KeptSnapshotDto(kept.Snapshot.Id, kept.Reasons))],
        [.. forgotten.Removed.Select(removed => removed.Id)]);

    public static RepositoryPrunedDto From(RepositoryPruned pruned) => new(
        pruned.Execution == Execution.Planned, pruned.PacksKept, pruned.PacksRewritten, pruned.PacksRemoved, pruned.BytesFreed,
        pruned.BytesRemaining, pruned.BytesUnusedLeft, JsonText.Milliseconds(pruned.Took));

    public static RepositoryUnlockedDto From(RepositoryUnlocked unlocked) => new(unlocked.Removed, unlocked.Left);

    private static RepositorySnapshotDto From(RepositorySnapshot snapshot) => new(
        snapshot.Id, JsonText.Time(snapshot.Time), snapshot.Host, snapshot.User, snapshot.Paths, snapshot.Tags);

    private static RepositoryEntryDto From(RepositoryEntry entry) => new(
        entry.Path, entry.Type, entry.Size, Convert.ToString(entry.Mode, 8).PadLeft(4, '0'), entry.Uid, entry.Gid,
        JsonText.Time(entry.ModifiedAt), entry.Target);

    private static DifferenceEntryDto From(DifferenceEntry entry) => new(entry.Path, ChangeOf(entry.Kind), entry.Type, entry.SizeBefore, entry.SizeAfter);

    private static string ChangeOf(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Added => "added",
        DifferenceKind.Changed => "changed",
        _ => "removed",
    };

    private static IReadOnlyList<PathWarningDto> From(IReadOnlyList<PathWarning> warnings) =>
        [.. warnings.Select(warning => new PathWarningDto(warning.Path, warning.Reason))];
}
