using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Pictures;

/// <summary>The repository's growth as a picture.</summary>
internal static class StoragePicture
{
    /// <summary>Draws what was written down, and now.</summary>
    public static byte[] Draw(StorageInfo storage, DateTimeOffset now, TimeZoneInfo zone) => GrowthPicture.Draw(
        $"Storage · {Words.Size(storage.Bytes)} in {Words.Count(storage.Snapshots, "snapshot", "snapshots")}",
        storage.Bytes == 0 ? [] : [.. storage.Growth.Select(sample => new GrowthPoint(sample.At, sample.Bytes)), new GrowthPoint(now, storage.Bytes)],
        storage.Quota,
        zone);
}
