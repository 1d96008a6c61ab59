using System.Text.RegularExpressions;
using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Presentation;

/// <summary>How restores and undos ended, in words.</summary>
internal static partial class RestorePages
{
    private const int LogLines = 20;

    public static Page Restored(RestoreOutcome.Restored restored, TimeZoneInfo zone) => new(
    [
        new Sentence($"Restored to snapshot {restored.Snapshot}, as it was {Words.Time(restored.AsOf, zone)}.", Tone.Good),
        .. Done(restored, zone),
    ]);

    public static Page Undone(RestoreOutcome.Restored undone, TimeZoneInfo zone) => new(
    [
        new Sentence($"Undone: the server is as it was {Words.Time(undone.AsOf, zone)}.", Tone.Good),
        .. Done(undone, zone),
    ]);

    public static Page NothingDiffers() => Page.Say("The server is as in the snapshot already. Nothing was touched.", Tone.Good);

    public static Failure SwappedBack(RestoreOutcome.SwappedBack back) => new(
        ExitCode.Failed, "swapped-back",
        $"The restored server did not come up ({Words.Safe(back.Container)}: {Words.Safe(back.Reason)}), so "
        + (back.SafetySnapshot is null
            ? "what had been made for it was taken away again. There was no world here before to be kept; folders it had as bind mounts may still hold "
                + "what the game wrote. The snapshot is not harmed."
            : "everything was put back as it was and started. Nothing is lost."),
        "See its last log lines, which 'snapshotbot operation watch ID --json' has, or pick an older snapshot.");

    /// <summary>What the container that did not come up wrote last.</summary>
    public static IReadOnlyList<Block> LastWords(RestoreOutcome.SwappedBack back) =>
    [
        new Sentence($"The last {Words.Safe(back.Container)} wrote:", Tone.Plain),
        new Lines([.. back.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LogLines).Select(line => Words.Safe(Colours().Replace(line.TrimEnd('\r'), "")))]),
    ];

    public static Failure NothingToUndo(DateTimeOffset? endedAt) => new(
        ExitCode.NotFound, "nothing-to-undo",
        endedAt is { } time
            ? $"Nothing to undo: the last restore's way back ended {Words.Time(time, TimeZoneInfo.Utc)} UTC. Your snapshots are all there."
            : "Nothing to undo: no restore of this server was kept a way back for. Your snapshots are all there.",
        "Restore one of them: 'snapshotbot snapshot list' shows them.");

    private static IEnumerable<Block> Done(RestoreOutcome.Restored restored, TimeZoneInfo zone)
    {
        yield return new Sentence(
            $"{(restored.Downtime > TimeSpan.Zero ? $"down {Words.Duration(restored.Downtime)} · " : "")}"
            + $"{Words.Count(restored.FilesReplaced)} replaced, {Words.Count(restored.FilesAdded)} added, {Words.Count(restored.FilesRemoved)} removed",
            Tone.Plain);
        if (restored.Recreated.Count > 0)
        {
            yield return new Sentence($"made anew: {Words.Safe(string.Join(", ", restored.Recreated))}", Tone.Plain);
        }

        foreach (var name in restored.Killed)
        {
            yield return new Sentence(
                $"⚠ {Words.Safe(name)} did not end in time and was killed (exit code 137): the game did not save. What was played since its last save is "
                + "not in the safety snapshot.",
                Tone.Look);
        }

        if (restored.Silent is { } silent)
        {
            yield return new Sentence($"⚠ the game runs but has not answered yet, as before ({Words.Safe(silent.TrimEnd('.'))}): look whether players can join", Tone.Look);
        }

        if (WarnedOf(restored.Players) is { } warned)
        {
            yield return warned;
        }

        foreach (var note in restored.Notes)
        {
            yield return new Sentence("⚠ " + RestoreCostPages.NoteOf(note), Tone.Look);
        }

        if (restored.SafetySnapshot is { } safety)
        {
            var until = restored.UndoUntil is { } time ? $" until {Words.Time(time, zone)}" : "";
            yield return new Sentence($"The world from just before is kept as {safety}{until}.", Tone.Plain);
            yield return new Sentence("Go back to it: snapshotbot snapshot undo SERVER --yes", Tone.Small);
        }
    }

    private static Sentence? WarnedOf(PlayersWarned players) => players switch
    {
        PlayersWarned.Told { Online: { } online } => new Sentence($"{Words.Count(online, "player was", "players were")} warned before", Tone.Plain),
        PlayersWarned.Told => new Sentence("players were warned before", Tone.Plain),
        PlayersWarned.NotPossible { Online: { } online } => new Sentence($"⚠ {Words.Count(online, "player", "players")} could not be warned: the game offers no way", Tone.Look),
        PlayersWarned.Failed failed => new Sentence($"⚠ players could not be warned: {Words.Safe(failed.Reason)}", Tone.Look),
        _ => null,
    };

    // Games colour their logs for a terminal.
    [GeneratedRegex(@"\e\[[0-9;]*[A-Za-z]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Colours();
}
