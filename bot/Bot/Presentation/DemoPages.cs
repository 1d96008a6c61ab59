using SnapshotBot.Bot.Demo;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation;

/// <summary>The story of the demo.</summary>
internal static class DemoPages
{
    private const int ChangesShown = 5;

    public static Page Welcome(string engine, string storage, string endpoint) => Page.Of(
        new Sentence("snapshotbot demo: a throw-away game server, a dragon, and an undo", Tone.Title),
        new Sentence($"Docker {Words.Safe(engine)} ({Words.Safe(storage)}) at {Words.Safe(endpoint)}", Tone.Small),
        new Sentence("Nothing of yours is touched. Ctrl-C cleans up too.", Tone.Small));

    public static Page Started(string container, TimeSpan took) => Step(
        1, "A game server starts", took,
        Small($"container {container}, world in a volume, image built just now"));

    public static Page Built(string world, TimeSpan took) => Step(
        2, "Anna and Ben build a castle", took,
        Small("24 regions and 2 players in the volume, a mod in the container itself"),
        new Sentence($"   world {Fingerprint(world)}", Tone.Plain));

    public static Page Added(string container, TimeSpan took) => Step(3, $"$ snapshotbot server add castle --container {container}", took);

    public static Page Saved(SnapshotInfo snapshot, TimeSpan took) => new(
    [
        .. Step(4, "$ snapshotbot snapshot create castle --name 'day 1' --lock", took).Blocks,
        new Sentence(
            $"   saved and locked 🔒 · froze {Words.Duration(snapshot.Freeze ?? TimeSpan.Zero)} · {Words.Size(snapshot.BytesProcessed)} in "
            + Words.Count(snapshot.FilesTotal, "file", "files"),
            Tone.Good),
        .. snapshot.Warnings.Select(warning => new Sentence("   ⚠ " + WarningText.Of(warning), Tone.Look)),
    ]);

    public static Page Burnt(string world, TimeSpan took) => Step(
        5, "A dragon comes", took,
        Small("regions burnt, Ben gone, a nest; one mod deleted, another installed"),
        new Sentence($"   world {Fingerprint(world)}, no longer the one from before", Tone.Look));

    public static Page Compared(SnapshotDiff.Difference difference, TimeSpan took) => new(
    [
        .. Step(6, "$ snapshotbot snapshot diff 'castle/day 1' now", took).Blocks,
        new Sentence(
            $"   {Words.Count(difference.Added)} added, {Words.Count(difference.Changed)} changed, {Words.Count(difference.Removed)} removed", Tone.Plain),
        .. Shown(difference).Select(entry => Small(SignOf(entry.Change) + " " + Words.Safe(entry.Path))),
    ]);

    public static Page Refused(TimeSpan took) => Step(
        7, "$ snapshotbot snapshot delete 'castle/day 1' --yes", took,
        new Sentence("   refused: it is locked, nobody deletes it by accident", Tone.Good));

    public static Page Restored(RestoreOutcome.Restored restored, string world, TimeSpan took) => Step(
        8, "$ snapshotbot snapshot restore 'castle/day 1' --yes", took,
        Small(
            $"down {Words.Duration(restored.Downtime)} · {Words.Count(restored.FilesReplaced)} replaced, {Words.Count(restored.FilesAdded)} put back, "
            + $"{Words.Count(restored.FilesRemoved)} removed"),
        new Sentence($"   world {Fingerprint(world)}: the one from before, byte for byte", Tone.Good));

    public static Page Undone(string world, TimeSpan took) => Step(
        9, "$ snapshotbot snapshot undo castle --yes", took,
        Small("the undo: the world from just before that restore was kept"),
        new Sentence($"   world {Fingerprint(world)}: the dragon's again, byte for byte", Tone.Good));

    public static Page Verified(long blobs, long bytes, TimeSpan took) => Step(
        10, "$ snapshotbot snapshot verify 'castle/day 1'", took,
        new Sentence($"   {Words.Count(blobs)} pieces, {Words.Size(bytes)} read back: every byte is good", Tone.Good));

    public static Page Ended(DemoOutcome outcome) => new(
    [
        new Sentence("", Tone.Plain),
        new Sentence("Proven: contents, owners, modes and times of the whole world came back,", Tone.Good),
        new Sentence("in the volume and in the container.", Tone.Good),
        outcome.Left.Count == 0
            ? new Sentence($"Cleaned up: nothing of the demo is left on this machine. {Words.Duration(outcome.Took)} in all.", Tone.Plain)
            : StillThere(outcome.Left),
        new Sentence("", Tone.Plain),
        new Sentence("Next, with a server of your own:", Tone.Title),
        new Sentence("  ./run.sh server add NAME --container CONTAINER", Tone.Plain),
        new Sentence("  ./run.sh snapshot create NAME --lock", Tone.Plain),
        new Sentence("  ./run.sh --help", Tone.Plain),
    ]);

    public static Page Left(DemoLeft outcome) => Page.Of(StillThere(outcome.Left));

    public static Failure NoShell() => new(
        ExitCode.Failed, "no-shell",
        "The demo makes its game server of a static busybox, and there is none on this machine. Nothing was changed.",
        "Install it: apt-get install busybox-static. Or say where one is: SNAPSHOTBOT_DEMO_BUSYBOX=/path/to/busybox.");

    public static Failure ScriptFailed(string script) => new(
        ExitCode.Failed, "demo-failed", $"The demo's game server could not run {script}. The demo was cleaned up; nothing else was touched.",
        "Look whether other containers run well on this engine, then try again.");

    public static Failure NotProven(string what, string wanted, string found) => new(
        ExitCode.Failed, "not-proven",
        $"The demo failed: {what} should have the world {Fingerprint(wanted)} and has {Fingerprint(found)}. "
        + "The demo was cleaned up; nothing else was touched.",
        "Please report this together with 'snapshotbot --version' and 'docker info'.");

    public static Failure Unexpected(string what) => new(
        ExitCode.Failed, "demo-failed", $"The demo failed: {what} The demo was cleaned up; nothing else was touched.",
        "Please report this together with 'snapshotbot --version' and 'docker info'.");

    /// <summary>Enough of a hash to compare by eye.</summary>
    public static string Fingerprint(string hash) => hash.Length < 16 ? hash : $"{hash[..4]} {hash[4..8]} {hash[8..12]} {hash[12..16]}";

    private static IEnumerable<DiffEntry> Shown(SnapshotDiff.Difference difference) =>
        difference.Entries.Where(entry => entry.Change != DiffChange.Metadata && entry.Type == "file").Take(ChangesShown);

    private static string SignOf(DiffChange change) => change switch
    {
        DiffChange.Added => "+",
        DiffChange.Removed => "-",
        _ => "M",
    };

    private static Sentence Small(string text) => new("   " + text, Tone.Small);

    private static Page Step(int number, string title, TimeSpan took, params IReadOnlyList<Block> details) =>
        new([new Sentence("", Tone.Plain), new Heading($"{number}. {title}", Words.Duration(took)), .. details]);

    private static Sentence StillThere(IReadOnlyList<string> left) => new(
        $"Could not be removed: {Words.Safe(string.Join(", ", left))}. The next start of it tries again; or remove it by hand.", Tone.Look);
}
