using System.Globalization;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Snapshots in words.</summary>
internal static class SnapshotPages
{
    private const int ShortId = 8;
    private const int WarningsShown = 12;

    public static Page Created(SnapshotInfo snapshot)
    {
        var blocks = new List<Block>
        {
            new Sentence(
                $"Saved {Words.Safe(snapshot.Name)}{(snapshot.Locked ? " 🔒" : "")} · {Words.Safe(snapshot.Server)} · {Short(snapshot.Id)}", Tone.Good),
            new Sentence(
                $"{FrozeWords(snapshot)} · {Words.Size(snapshot.BytesProcessed)} in {Words.Count(snapshot.FilesTotal, "file", "files")}, "
                + $"{Words.Count(snapshot.FilesChanged)} new or changed · +{Words.Size(snapshot.BytesAdded)} kept · {Words.Duration(snapshot.Duration)}",
                Tone.Plain),
        };
        AddWarnings(blocks, snapshot.Warnings);
        return new Page(blocks);
    }

    public static Page List(SnapshotPage page, TimeZoneInfo zone)
    {
        if (page.Snapshots.Count == 0)
        {
            return Page.Of(
                new Sentence("No snapshot here.", Tone.Plain),
                new Sentence("Take one: snapshotbot snapshot create SERVER", Tone.Small));
        }

        var blocks = new List<Block>
        {
            new Table(
                [
                    new("ID", Align.Left), new("Server", Align.Left), new("Name", Align.Left), new("Made", Align.Left), new("Grade", Align.Left),
                    new("Size", Align.Right), new("Added", Align.Right),
                ],
                [.. page.Snapshots.Select(each => Row(each, zone))]),
        };
        if (page.Next is { } next)
        {
            blocks.Add(new Sentence($"There are older ones: --after {next}", Tone.Small));
        }

        return new Page(blocks);
    }

    public static Page Info(SnapshotDetails details, TimeZoneInfo zone)
    {
        var snapshot = details.Snapshot;
        var blocks = new List<Block>
        {
            new Sentence($"{Words.Safe(snapshot.Name)}{(snapshot.Locked ? " 🔒" : "")}", Tone.Title),
            new Facts(Details(details, zone)),
        };
        if (details.Containers.Count > 0)
        {
            blocks.Add(new Table(
                [new("Container", Align.Left), new("Image", Align.Left), new("State", Align.Left), new("Holds", Align.Left)],
                [.. details.Containers.Select(each => (string[])
                    [Words.Safe(each.Name), Words.Safe(each.Image), each.State, HoldsOf(each)])]));
        }

        if (details.Mounts.Count > 0)
        {
            blocks.Add(new Table(
                [new("Mount", Align.Left), new("Kind", Align.Left), new("Source", Align.Left), new("In the snapshot", Align.Left)],
                [.. details.Mounts.Select(each => (string[])
                    [Words.Safe(each.Target), each.Kind, Words.Safe(each.Source), Words.Safe(each.Folder ?? "no: " + (each.LeftOut ?? "only recorded"))])]));
        }

        AddWarnings(blocks, snapshot.Warnings);
        return new Page(blocks);
    }

    public static Page Changed(SnapshotInfo snapshot, ChangeSnapshot request) => Page.Say(
        request switch
        {
            LockSnapshot => $"Locked {Words.Safe(snapshot.Name)} ({Short(snapshot.Id)}): nobody can delete it until it is unlocked.",
            UnlockSnapshot => $"Unlocked {Words.Safe(snapshot.Name)} ({Short(snapshot.Id)}).",
            RenameSnapshot => $"{Short(snapshot.Id)} is called {Words.Safe(snapshot.Name)} now.",
            _ => snapshot.Note is null ? $"{Words.Safe(snapshot.Name)} has no note any more." : $"Noted on {Words.Safe(snapshot.Name)}.",
        },
        Tone.Good);

    public static Page Unchanged(SnapshotInfo snapshot) => Page.Say(
        $"{Words.Safe(snapshot.Name)} ({Short(snapshot.Id)}) was so already. Nothing was changed.", Tone.Plain);

    public static Page Deleted(SnapshotInfo snapshot) => Page.Of(
        new Sentence($"Deleted {Words.Safe(snapshot.Name)} of {Words.Safe(snapshot.Server)}.", Tone.Good),
        new Sentence($"Put it back within 15 minutes: snapshotbot snapshot undelete {Short(snapshot.Id)}", Tone.Small),
        new Sentence("Other snapshots are whole. Space it alone used is freed by 'storage prune' after that.", Tone.Small));

    public static Page Difference(SnapshotDiff.Difference difference) => Page.Of(
        new Lines(difference.Entries.Select(Line)),
        new Sentence(
            $"{Words.Count(difference.Added)} added, {Words.Count(difference.Changed)} changed, {Words.Count(difference.Removed)} removed · "
            + $"+{Words.Size(difference.BytesAdded)} -{Words.Size(difference.BytesRemoved)}",
            Tone.Title));

    public static Page Listing(IReadOnlyList<SnapshotEntry> entries) => Page.Of(new Lines(entries.Select(Line)));

    public static Page Got(SnapshotEntry entry, string file, long bytes) => Page.Say(
        $"Wrote {Words.Safe(entry.Path)} to {Words.Safe(file)} · {Words.Size(bytes)}", Tone.Good);

    public static Page Verified(SnapshotInfo snapshot, long blobs, long bytes, IReadOnlyList<VerifyError> errors)
    {
        if (errors.Count == 0)
        {
            return Page.Say(
                $"{Words.Safe(snapshot.Name)} is whole: {Words.Count(blobs, "piece", "pieces")}, {Words.Size(bytes)} read back and checked.", Tone.Good);
        }

        return new Page(
        [
            new Sentence($"{Words.Safe(snapshot.Name)} is damaged: {Words.Count(errors.Count, "piece is", "pieces are")} unreadable.", Tone.Bad),
            new Lines(errors.Select(error => $"  {Words.Safe(error.Path)}: {Words.Safe(error.Message)}")),
            new Sentence("Nothing was changed by looking. The rest of it is good, and other snapshots may not be touched by this.", Tone.Plain),
            new Sentence("'repository check --read-data' tells what else is; take a new snapshot now.", Tone.Plain),
        ]);
    }

    public static Page Rebuilt(RebuildCatalogOutcome rebuilt, TimeZoneInfo zone)
    {
        var blocks = new List<Block>
        {
            new Sentence(
                $"Rebuilt the catalog from the repository: {Words.Count(rebuilt.Servers, "server", "servers")}, {Words.Count(rebuilt.Snapshots, "snapshot", "snapshots")}.",
                Tone.Good),
            rebuilt.KeptAt is { } kept
                ? new Sentence(
                    $"Settings and schedules as of {Words.Time(kept, zone)}: {Words.Count(rebuilt.Settings, "setting", "settings")} and {Words.Count(rebuilt.Schedules, "schedule", "schedules")} came back.",
                    Tone.Plain)
                : new Sentence("Settings and schedules were never kept in this repository; set them anew.", Tone.Look),
        };
        if (rebuilt.Schedules > 0)
        {
            blocks.Add(new Sentence("Schedules are paused until you resume them: snapshotbot schedule resume NAME", Tone.Small));
        }

        return new Page(blocks);
    }

    public static string Short(SnapshotId id) => id.Value.Length > ShortId ? id.Value[..ShortId] : id.Value;

    private static List<Fact> Details(SnapshotDetails details, TimeZoneInfo zone)
    {
        var snapshot = details.Snapshot;
        var facts = new List<Fact>
        {
            new("Server", Words.Safe(snapshot.Server)),
            new("Id", snapshot.Id.Value),
            new("restic id", snapshot.ResticId),
            new("Made", $"{Words.Time(snapshot.CreatedAt, zone)} by {Words.Safe(snapshot.CreatedBy)} ({Words.Safe(snapshot.Reason)})"),
            new("Moment", FrozeWords(snapshot)),
            new("Size", $"{Words.Size(snapshot.BytesProcessed)} in {Words.Count(snapshot.FilesTotal, "file", "files")}, +{Words.Size(snapshot.BytesAdded)}"),
        };
        AddFact(facts, "Note", snapshot.Note is { } note ? Words.Safe(note) : null);
        AddFact(facts, "Players", details.Snapshot.Players is { } players ? Words.Count(players) : null);
        AddFact(facts, "Version", details.GameVersion is { } version ? Words.Safe(version) : null);
        AddFact(facts, "Verified", snapshot.VerifiedAt is { } verified ? Words.Time(verified, zone) : null);
        AddFact(facts, "Boots", snapshot.BootProvenAt is { } proven
            ? $"🧪 proven {Words.Time(proven, zone)}{(snapshot.BootTook is { } took ? ", in " + Words.Duration(took) : "")}"
            : null);
        AddFact(facts, "Way back until", snapshot.UndoUntil is { } until ? Words.Time(until, zone) : null);
        return facts;
    }

    private static void AddFact(List<Fact> facts, string name, string? value)
    {
        if (value is not null)
        {
            facts.Add(new Fact(name, value));
        }
    }

    private static string FrozeWords(SnapshotInfo snapshot) => snapshot.Grade switch
    {
        ConsistencyGrade.Stopped => "server was stopped",
        ConsistencyGrade.Live => "taken live, not frozen",
        _ => (snapshot.Grade == ConsistencyGrade.Quiesced ? "quiesced, froze " : "froze ") + Words.Duration(snapshot.Freeze ?? TimeSpan.Zero),
    };

    private static string HoldsOf(SnapshotContainer container) =>
        string.Join(" + ", [container.HasImage ? "image" : "no image", container.HasLayer ? "layer" : "no layer"]);

    private static string[] Row(SnapshotInfo snapshot, TimeZoneInfo zone) =>
    [
        Short(snapshot.Id), Words.Safe(snapshot.Server), Words.Safe(snapshot.Name) + (snapshot.Locked ? " 🔒" : "") + (snapshot.BootProvenAt is null ? "" : " 🧪"),
        Words.Time(snapshot.CreatedAt, zone), GradeOf(snapshot.Grade), Words.Size(snapshot.BytesProcessed), "+" + Words.Size(snapshot.BytesAdded),
    ];

    public static string GradeOf(ConsistencyGrade grade) => grade switch
    {
        ConsistencyGrade.Stopped => "stopped",
        ConsistencyGrade.Quiesced => "quiesced",
        ConsistencyGrade.Frozen => "frozen",
        _ => "live",
    };

    private static string Line(DiffEntry entry) => entry.Change switch
    {
        DiffChange.Added => $"+ {Words.Safe(entry.Path)}  {SizeOf(entry.SizeAfter)}",
        DiffChange.Removed => $"- {Words.Safe(entry.Path)}  {SizeOf(entry.SizeBefore)}",
        DiffChange.Metadata => $"U {Words.Safe(entry.Path)}",
        _ => $"M {Words.Safe(entry.Path)}  {SizeOf(entry.SizeBefore)} → {SizeOf(entry.SizeAfter)}",
    };

    private static string Line(SnapshotEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ModeText.Of(entry.Type, entry.Mode)} {entry.UserId,5} {entry.GroupId,5} {entry.Size,10} {entry.ModifiedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} ")
        + Words.Safe(entry.Path) + (entry.LinkTarget is { } target ? " -> " + Words.Safe(target) : "");

    private static string SizeOf(long? size) => size is { } bytes ? Words.Size(bytes) : "";

    private static void AddWarnings(List<Block> blocks, IReadOnlyList<SnapshotWarning> warnings)
    {
        blocks.AddRange(warnings.Take(WarningsShown).Select(warning => new Sentence("⚠ " + WarningText.Of(warning), Tone.Look)));
        if (warnings.Count > WarningsShown)
        {
            blocks.Add(new Sentence($"⚠ and {Words.Count(warnings.Count - WarningsShown)} more; --json lists all", Tone.Look));
        }
    }
}
