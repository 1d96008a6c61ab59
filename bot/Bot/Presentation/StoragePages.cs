using System.Globalization;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>What the repository holds, in words.</summary>
internal static class StoragePages
{
    private const int PathsShown = 12;

    public static Page Shown(StorageInfo storage, string? picture, TimeZoneInfo zone)
    {
        var blocks = new List<Block>
        {
            new Sentence($"{FreshnessText.Mark(storage.Light)} Storage: {Words.Size(storage.Bytes)} in {Words.Count(storage.Snapshots, "snapshot", "snapshots")}", Tone.Title),
            new Facts(Details(storage, zone)),
        };
        if (storage.Servers.Count > 0)
        {
            blocks.Add(new Table(
                [new("Server", Align.Left), new("Snapshots", Align.Right), new("About", Align.Right)],
                [.. storage.Servers.Select(share => (string[])[Words.Safe(share.Name), Words.Count(share.Snapshots), Words.Size(share.Bytes)])]));
        }

        blocks.AddRange(storage.Reasons.Select(reason => new Sentence("⚠ " + Reason(reason), reason.Light == Light.Red ? Tone.Bad : Tone.Look)));
        if (picture is not null)
        {
            blocks.Add(new Sentence($"Drew how it grew into {Words.Safe(picture)}.", Tone.Small));
        }

        return new Page(blocks);
    }

    public static Page Pruned(PruneCounts counts, TimeSpan? took) => Page.Of(
        new Sentence(
            $"{(took is null ? "Would free" : "Freed")} {Words.Size(counts.BytesFreed)}; {Words.Size(counts.BytesRemaining)} {(took is null ? "would remain" : "remain")}, "
            + $"{Words.Size(counts.BytesUnusedLeft)} of it unused{(took is { } time ? " · " + Words.Duration(time) : "")}",
            took is null ? Tone.Plain : Tone.Good),
        new Sentence(
            $"packs: {Words.Count(counts.PacksKept)} kept, {Words.Count(counts.PacksRewritten)} rewritten, {Words.Count(counts.PacksRemoved)} removed", Tone.Small));

    public static Page NotWorthIt(PruneCounts counts) => Page.Say(
        $"It would free {Words.Size(counts.BytesFreed)} only: not worth the work now. Nothing was changed.", Tone.Plain);

    public static Page MadeWay() => Page.Say("A snapshot came first. Nothing was lost; what is left goes the next time.", Tone.Plain);

    public static Page Checked(CheckRepositoryOutcome check)
    {
        var what = $"{Words.Count(check.Snapshots, "snapshot", "snapshots")}, {Words.Count(check.Packs, "pack", "packs")}, {Words.Count(check.Blobs, "blob", "blobs")}"
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
                blocks.Add(new Sentence($"{Words.Safe(hurt.Snapshot)} can't be restored whole:", Tone.Look));
                blocks.Add(new Lines(hurt.Paths.Take(PathsShown).Select(path => "  " + Words.Safe(path))));
            }

            blocks.Add(new Sentence("Nothing was changed by looking. What is not named here is intact and still restores.", Tone.Plain));
        }

        blocks.AddRange(check.Notes.Select(note => new Sentence(Words.Safe(note), Tone.Small)));
        return new Page(blocks);
    }

    public static Page Copied(CopyRepositoryOutcome.Copied copy) => Page.Of(
        new Sentence(
            copy.Snapshots + copy.Changed == 0
                ? $"The copy at {Words.Safe(copy.To)} was complete already: {Words.Count(copy.There, "snapshot", "snapshots")}."
                : $"The copy at {Words.Safe(copy.To)} is complete: {Words.Count(copy.Snapshots, "snapshot", "snapshots")} new, {Words.Count(copy.Changed)} changed, {Words.Count(copy.There)} there already.",
            Tone.Good),
        new Sentence($"{Words.Size(copy.Bytes)} written · {Words.Duration(copy.Took)}", Tone.Small));

    public static Failure CopyStopped(CopyRepositoryOutcome.Stopped stopped) => new(
        ExitCode.Failed, "copy-" + stopped.Code,
        $"The copy to {Words.Safe(stopped.To)} is not complete: {Words.Safe(stopped.Message)} "
        + (stopped.Snapshots > 0 ? $"{Words.Count(stopped.Snapshots, "snapshot is", "snapshots are")} there whole, {Words.Count(stopped.Left)} to go. " : "")
        + "This repository was not changed.",
        stopped.Code == IncidentCause.CopyFailed.SourceDamaged
            ? "See what is damaged: snapshotbot storage check --read-data. Take a new snapshot of that server, then copy again."
            : "Remove the cause, then run it again: it goes on where it ended.");

    public static Failure NoCopyTarget() => new(
        ExitCode.BadInput, "no-copy-target", "Nobody said where the copy is to be. Nothing was copied.",
        "Give --to REPO, or set it for good: snapshotbot settings set copy REPO");

    public static Failure SamePlace(string to) => new(
        ExitCode.BadInput, "same-place", $"{Words.Safe(to)} is this very repository. Nothing was copied.", "Name a place on another disk or machine.");

    public static Failure PruneWaits(PruneRepositoryOutcome.Waits waits) => new(
        ExitCode.Refused, "deletion-can-be-undone",
        $"Snapshot {Words.Safe(waits.Name)} was deleted a moment ago and can be put back until {waits.Until.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture)}. Nothing was changed.",
        "Try again after that.");

    public static Page Exported(ExportSnapshotOutcome.Exported export)
    {
        var blocks = new List<Block>
        {
            new Sentence($"Wrote {Words.Safe(export.Snapshot.Name)} to {Words.Safe(export.File)}.", Tone.Good),
            new Sentence(
                $"{Words.Count(export.Entries, "entry", "entries")}, {Words.Size(export.Bytes)}, {Words.Size(export.ArchiveBytes)} compressed. Open it: tar --zstd -xpf {ServerPages.Quote(export.File)}",
                Tone.Small),
        };
        if (export.LeftOut > 0)
        {
            blocks.Add(new Sentence($"⚠ {Words.Count(export.LeftOut, "socket is", "sockets are")} not in it: an archive can't hold them.", Tone.Look));
        }

        blocks.Add(new Sentence("It holds what the snapshot holds, passwords in configuration too: only its owner may read it. It stays until you delete it.", Tone.Small));
        return new Page(blocks);
    }

    public static Failure BadExportTarget(ExportSnapshotOutcome.BadTarget target) => new(
        ExitCode.BadInput, "bad-target", $"{Words.Safe(target.File)} can't be written: {Words.Safe(target.Reason)}. Nothing was written.", "Name a new file in a folder that is there.");

    public static string Reason(StorageReason reason) => reason switch
    {
        StorageReason.OnlyCopy => "The only copy lies on the disk it protects. Make a second one: snapshotbot storage copy --to REPO",
        StorageReason.CopyBehind { Failure: { } failure } => $"The second copy is behind ({Words.Safe(failure)}).",
        StorageReason.CopyBehind it => $"The second copy lacks {Words.Count(it.Missing, "snapshot", "snapshots")}.",
        StorageReason.PasswordNotKept =>
            "Copy the repository's password to another machine, then say so: snapshotbot settings set password-kept yes",
        StorageReason.ManyLocks it => $"Locked snapshots hold {Words.Size(it.Locked)}, more than half of the quota of {Words.Size(it.Quota)}.",
        StorageReason.OverQuota it => $"It holds {Words.Size(it.Bytes)}, more than the quota of {Words.Size(it.Quota)}.",
        StorageReason.Disk it => $"{Capital(IncidentText.Disk(it.Space))}. {IncidentText.Holds(it.Space)}",
        StorageReason.Damage it => $"Damage was found: {Words.Safe(it.First)}",
        _ => "Look at it.",
    };

    private static List<Fact> Details(StorageInfo storage, TimeZoneInfo zone)
    {
        var facts = new List<Fact>
        {
            new("Where", Words.Safe(storage.Location)),
            new("Locked", $"{Words.Count(storage.Locked)}, about {Words.Size(storage.LockedBytes)}"),
            new("Ways back", $"{Words.Count(storage.Safety)}, about {Words.Size(storage.SafetyBytes)}"),
        };
        if (storage.Quota is { } quota)
        {
            facts.Add(new("Quota", Words.Size(quota)));
        }

        if (storage.Disk is { } disk)
        {
            facts.Add(new("Disk", IncidentText.Disk(disk with { Level = DiskLevel.Fine }) + (disk.FullIn is { } left ? $", full in about {IncidentText.Days(left)}" : "")));
        }

        facts.Add(new("Second copy", storage.Copy is not { } copy ? "none"
            : $"{Words.Safe(copy.To)}, {(copy.At is { } at ? "complete " + Words.Time(at, zone) : "never complete")}{(copy.Missing > 0 ? $", lacks {Words.Count(copy.Missing)}" : "")}"));
        facts.Add(new(
            "Read back",
            $"{(storage.Reading.Share * 100).ToString("0", CultureInfo.InvariantCulture)} % within {Words.Count(storage.Reading.Days, "day", "days")}"));
        return facts;
    }

    private static string Capital(string text) => string.Concat(char.ToUpperInvariant(text[0]).ToString(), text.AsSpan(1));
}
