using System.Globalization;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Snapshots;

/// <summary>What may change about a snapshot, kept in the tags of its file so that restic shows and keeps it too.</summary>
internal sealed record SnapshotTags
{
    public const string LockedTag = "locked";

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public required SnapshotId Id { get; init; }

    public required string Name { get; init; }

    public string? Note { get; init; }

    public bool IsLocked { get; init; }

    /// <summary><c>manual</c>, <c>schedule:ID</c> or <c>safety</c>.</summary>
    public required string Reason { get; init; }

    public DateTimeOffset? UndoUntil { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    public DateTimeOffset? BootProvenAt { get; init; }

    /// <summary>How long the proof took to answer; kept to the second.</summary>
    public TimeSpan? BootTook { get; init; }

    /// <summary>Counts the changes: of two files with one id, the higher is the snapshot and the other what a crash left.</summary>
    public int Revision { get; init; }

    /// <summary>Tags somebody else gave the snapshot; they are kept.</summary>
    public IReadOnlyList<string> Foreign { get; init; } = [];

    /// <summary>Reads tags; null when the snapshot is not one of ours.</summary>
    public static SnapshotTags? Read(IReadOnlyList<string> tags)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var foreign = new List<string>();
        foreach (var tag in tags)
        {
            var (key, value) = tag.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (tag[..at], tag[(at + 1)..]) : (tag, "");
            if (IsOurs(key))
                known.TryAdd(key, value);
            else
                foreign.Add(tag);
        }

        // The id becomes text in many places: what is none of ours is not taken for one.
        if (!known.TryGetValue("id", out var id) || id.Length != 16 || !id.All(char.IsAsciiHexDigitLower))
            return null;
        return new()
        {
            Id = new SnapshotId(id),
            Name = known.GetValueOrDefault("name") ?? id,
            Note = known.GetValueOrDefault("note"),
            IsLocked = known.ContainsKey(LockedTag),
            Reason = known.GetValueOrDefault("why") ?? "manual",
            UndoUntil = Time(known.GetValueOrDefault("undo-until")),
            VerifiedAt = Time(known.GetValueOrDefault("verified")),
            BootProvenAt = Time(known.GetValueOrDefault("boot-proven")),
            BootTook = int.TryParse(known.GetValueOrDefault("boot-took"), NumberStyles.None, CultureInfo.InvariantCulture, out var took) ? TimeSpan.FromSeconds(took) : null,
            Revision = int.TryParse(known.GetValueOrDefault("rev"), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0,
            Foreign = foreign,
        };
    }

    public IReadOnlyList<string> Write()
    {
        var tags = new List<string> { $"id={Id}", $"name={Name}", $"why={Reason}" };
        if (!string.IsNullOrEmpty(Note))
            tags.Add($"note={Note}");
        if (IsLocked)
            tags.Add(LockedTag);
        if (UndoUntil is { } until)
            tags.Add($"undo-until={Text(until)}");
        if (VerifiedAt is { } verified)
            tags.Add($"verified={Text(verified)}");
        if (BootProvenAt is { } proven)
            tags.Add($"boot-proven={Text(proven)}");
        if (BootTook is { } took)
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"boot-took={(int)took.TotalSeconds}"));
        if (Revision > 0)
            tags.Add(string.Create(CultureInfo.InvariantCulture, $"rev={Revision}"));
        return [.. tags, .. Foreign];
    }

    public static SnapshotTags? Read(SnapshotFile file) => Read(file.AllTags);

    private static bool IsOurs(string key) => key is "id" or "name" or "note" or LockedTag or "why" or "undo-until" or "verified" or "boot-proven" or "boot-took" or "rev";

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
