using System.Globalization;
using SnapshotBot.Bot.Commands.Repository;

namespace SnapshotBot.Bot.Presentation;

/// <summary>What the repository commands did, in words.</summary>
internal static class RepositoryPages
{
    private const int ShortId = 8;

    // More is a listing nobody reads; --json has all of them.
    private const int WarningsShown = 20;

    public static Page Of(RepositoryCreated created) => Page.Of(
        new Sentence($"Created repository {Short(created.Id)} (restic format {created.Version}) at {Words.Safe(created.Location)}.", Tone.Good),
        new Sentence("Keep a copy of the password elsewhere: without it nobody can read the snapshots, we can't either.", Tone.Look));

    public static Page Of(RepositorySnapshots listed, TimeZoneInfo zone) => listed.Snapshots.Count == 0
        ? Page.Say("No snapshots yet.", Tone.Plain)
        : Page.Of(
            new Table(
                [new("ID", Align.Left), new("Time", Align.Left), new("Host", Align.Left), new("Tags", Align.Left), new("Paths", Align.Left)],
                [.. listed.Snapshots.Select(each => Row(each, zone))]),
            new Sentence(Words.Count(listed.Snapshots.Count, "snapshot", "snapshots"), Tone.Small));

    public static Page Of(RepositoryArchived archived)
    {
        var counts = archived.Counts;
        var blocks = new List<Block>
        {
            new Sentence($"Saved snapshot {Short(archived.Snapshot.Id)}.", Tone.Good),
            new Facts([
                new("Files", $"{Words.Count(counts.FilesNew)} new, {Words.Count(counts.FilesChanged)} changed, "
                    + $"{Words.Count(counts.FilesUnmodified)} unmodified"),
                new("Data", $"{Words.Size(counts.BytesProcessed)} looked at, {Words.Size(counts.BytesAdded)} new, "
                    + $"{Words.Size(counts.BytesStored)} stored"),
                new("Time", Words.Duration(archived.Took)),
            ]),
        };
        AddWarnings(blocks, archived.Warnings);
        return new Page(blocks);
    }

    public static Page Of(RepositoryListing listing) => Page.Of(new Lines(listing.Entries.Select(Line)));

    public static Page Of(RepositoryRestored restored)
    {
        var counts = restored.Counts;
        var target = Words.Safe(restored.Target);
        var blocks = new List<Block>
        {
            restored.TroubleCount == 0
                ? new Sentence($"Restored snapshot {Short(restored.Snapshot)} to {target}.", Tone.Good)
                : new Sentence(
                    $"Restored snapshot {Short(restored.Snapshot)} to {target}, all but {Words.Count(restored.TroubleCount, "entry", "entries")}.",
                    Tone.Bad),
            new Sentence(
                $"{Words.Count(counts.FilesWritten, "file", "files")} written, {Words.Count(counts.FilesUnchanged)} untouched, "
                + $"{Words.Count(counts.EntriesRemoved)} removed · {Words.Size(counts.BytesWritten)} written · {Words.Duration(restored.Took)}",
                Tone.Plain),
        };
        blocks.AddRange(restored.Troubles.Take(WarningsShown).Select(
            trouble => new Sentence($"✗ {Words.Safe(trouble.Path)}: {Words.Safe(trouble.Message)}", Tone.Bad)));
        if (restored.TroubleCount > 0)
        {
            blocks.Add(new Sentence(
                (restored.TroubleCount > WarningsShown ? $"And {Words.Count(restored.TroubleCount - WarningsShown)} more; --json lists them. " : "")
                + "These are as they were before, or absent, never wrong; all else is restored. The repository was not changed.",
                Tone.Plain));
        }

        return new Page(blocks);
    }

    public static Page Of(RepositoryDifference difference)
    {
        var counts = difference.Entries.CountBy(entry => entry.Kind).ToDictionary();
        return Page.Of(
            new Lines(difference.Entries.Select(Line)),
            new Sentence(
                $"{Words.Count(counts.GetValueOrDefault(DifferenceKind.Added))} added, "
                + $"{Words.Count(counts.GetValueOrDefault(DifferenceKind.Changed))} changed, "
                + $"{Words.Count(counts.GetValueOrDefault(DifferenceKind.Removed))} removed · "
                + $"+{Words.Size(difference.BytesAdded)} -{Words.Size(difference.BytesRemoved)}",
                Tone.Title));
    }

    public static Page Of(RepositoryChecked check)
    {
        var what = $"{Words.Count(check.Snapshots, "snapshot", "snapshots")}, {Words.Count(check.Packs, "pack", "packs")}, "
            + $"{Words.Count(check.Blobs, "blob", "blobs")}"
            + (check.BytesRead > 0 ? $", {Words.Size(check.BytesRead)} read back" : "");
        var blocks = new List<Block>();
        if (check.Errors.Count == 0)
        {
            blocks.Add(new Sentence($"No errors: {what} · {Words.Duration(check.Took)}", Tone.Good));
        }
        else
        {
            blocks.Add(new Sentence($"Damage found: {Words.Count(check.Errors.Count, "error", "errors")} in {what}.", Tone.Bad));
            blocks.Add(new Lines(check.Errors.Select(error => "  " + Words.Safe(error))));
            foreach (var hurt in check.Hurt)
            {
                blocks.Add(new Sentence($"Snapshot {Short(hurt.Snapshot)} can't be restored whole:", Tone.Look));
                blocks.Add(new Lines(hurt.Paths.Take(WarningsShown).Select(path => "  " + Words.Safe(path))));
                var more = hurt.MorePaths + Math.Max(0, hurt.Paths.Count - WarningsShown);
                if (more > 0)
                {
                    blocks.Add(new Sentence($"  and {Words.Count(more)} more", Tone.Small));
                }
            }

            blocks.Add(new Sentence("Nothing was changed by looking. What is not named here is intact and still restores.", Tone.Plain));
        }

        blocks.AddRange(check.Notes.Select(note => new Sentence(Words.Safe(note), Tone.Small)));
        return new Page(blocks);
    }

    public static Page Of(RepositoryForgotten forgotten, TimeZoneInfo zone)
    {
        var planned = forgotten.Execution == Execution.Planned;
        var blocks = new List<Block>();
        if (forgotten.Kept.Count > 0)
        {
            blocks.Add(new Sentence(planned ? "Would keep:" : "Kept:", Tone.Title));
            blocks.Add(new Table(
                [new("ID", Align.Left), new("Time", Align.Left), new("Why", Align.Left)],
                [.. forgotten.Kept.Select(kept => (string[])
                    [Short(kept.Snapshot.Id), Words.Time(kept.Snapshot.Time, zone), string.Join(", ", kept.Reasons)])]));
        }

        if (forgotten.Removed.Count > 0)
        {
            blocks.Add(new Sentence(planned ? "Would forget:" : "Forgot:", Tone.Title));
            blocks.Add(new Table(
                [new("ID", Align.Left), new("Time", Align.Left)],
                [.. forgotten.Removed.Select(removed => (string[])[Short(removed.Id), Words.Time(removed.Time, zone)])]));
        }

        blocks.Add(new Sentence(
            $"{Words.Count(forgotten.Kept.Count)} {(planned ? "to keep" : "kept")}, "
            + $"{Words.Count(forgotten.Removed.Count)} {(planned ? "to forget" : "forgotten")}."
            + (planned || forgotten.Removed.Count == 0 ? "" : " Their data goes with 'repository prune'."),
            Tone.Plain));
        return new Page(blocks);
    }

    public static Page Of(RepositoryPruned pruned)
    {
        var planned = pruned.Execution == Execution.Planned;
        return Page.Of(
            new Sentence(
                $"{(planned ? "Would free" : "Freed")} {Words.Size(pruned.BytesFreed)}; {Words.Size(pruned.BytesRemaining)} "
                + $"{(planned ? "would remain" : "remain")}, {Words.Size(pruned.BytesUnusedLeft)} of it unused · {Words.Duration(pruned.Took)}",
                planned ? Tone.Plain : Tone.Good),
            new Sentence(
                $"packs: {Words.Count(pruned.PacksKept)} kept, {Words.Count(pruned.PacksRewritten)} rewritten, "
                + $"{Words.Count(pruned.PacksRemoved)} removed",
                Tone.Small));
    }

    public static Page Of(RepositoryUnlocked unlocked) => Page.Of(new Sentence(
        unlocked.Removed == 0 ? "There was no stale lock." : $"Removed {Words.Count(unlocked.Removed, "stale lock", "stale locks")}.", Tone.Good),
        new Sentence(
            unlocked.Left == 0 ? "The repository is free."
                : $"{Words.Count(unlocked.Left, "lock is", "locks are")} held by a program that still runs and stays.",
            Tone.Plain));

    public static string Short(string id) => id.Length > ShortId ? id[..ShortId] : id;

    private static string[] Row(RepositorySnapshot snapshot, TimeZoneInfo zone) =>
    [
        Short(snapshot.Id), Words.Time(snapshot.Time, zone), Words.Safe(snapshot.Host), Words.Safe(string.Join(",", snapshot.Tags)),
        Words.Safe(string.Join(' ', snapshot.Paths)),
    ];

    private static string Line(RepositoryEntry entry) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ModeText.Of(entry.Type, entry.Mode)} {entry.Uid,5} {entry.Gid,5} {entry.Size,10} {entry.ModifiedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} ")
        + Words.Safe(entry.Path) + (entry.Target is { } target ? " -> " + Words.Safe(target) : "");

    private static string Line(DifferenceEntry entry) => entry.Kind switch
    {
        DifferenceKind.Added => $"+ {Words.Safe(entry.Path)}",
        DifferenceKind.Removed => $"- {Words.Safe(entry.Path)}",
        _ => $"M {Words.Safe(entry.Path)}",
    };

    private static void AddWarnings(List<Block> blocks, IReadOnlyList<PathWarning> warnings)
    {
        blocks.AddRange(warnings.Take(WarningsShown).Select(
            warning => new Sentence($"⚠ {Words.Safe(warning.Path)}: {Words.Safe(warning.Reason)}", Tone.Look)));
        if (warnings.Count > WarningsShown)
        {
            blocks.Add(new Sentence($"⚠ and {Words.Count(warnings.Count - WarningsShown)} more; --json lists all", Tone.Look));
        }
    }
}
