using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Restores in words: what one would cost, and how it ended.</summary>
internal static class RestorePages
{
    public static Page Cost(RestoreCost.Cost cost, TimeZoneInfo zone)
    {
        var facts = new List<Fact>
        {
            new("Lost", $"{Words.Duration(cost.TimeLost)} of play since then"),
            new("Files", $"{Words.Count(cost.FilesReplaced)} replaced, {Words.Count(cost.FilesAdded)} added, {Words.Count(cost.FilesRemoved)} removed"),
            new("To write", Words.Size(cost.Bytes)),
            new("Server", cost.Stops ? "runs now; it would be stopped for the swap and started again" : "not running; it would stay so"),
        };
        facts.AddRange(cost.Recreate.Select(each => new Fact("Recreated", $"{Words.Safe(each.Container)}: {ReasonOf(each.Reason)}")));
        return Page.Of(
            new Sentence(
                $"Put {Words.Safe(cost.Snapshot.Server)} back to {Words.Safe(cost.Snapshot.Name)}, as it was {Words.Time(cost.Snapshot.CreatedAt, zone)}?",
                Tone.Title),
            new Facts(facts),
            new Sentence("Nothing was changed yet. The world of now is kept first, as a snapshot.", Tone.Plain),
            new Sentence($"Do it: snapshotbot snapshot restore {cost.Snapshot.Id} --yes", Tone.Small));
    }

    public static Page Restored(RestoreOutcome.Restored restored, TimeZoneInfo zone)
    {
        var blocks = new List<Block>
        {
            new Sentence($"Restored to snapshot {restored.Snapshot}.", Tone.Good),
            new Sentence(
                $"{(restored.Downtime > TimeSpan.Zero ? $"down {Words.Duration(restored.Downtime)} · " : "")}"
                + $"{Words.Count(restored.FilesReplaced)} replaced, {Words.Count(restored.FilesAdded)} added, {Words.Count(restored.FilesRemoved)} removed",
                Tone.Plain),
        };
        if (restored.Recreated.Count > 0)
        {
            blocks.Add(new Sentence($"made anew: {Words.Safe(string.Join(", ", restored.Recreated))}", Tone.Plain));
        }

        blocks.AddRange(restored.Killed.Select(name => new Sentence(
            $"⚠ {Words.Safe(name)} did not end in time and was killed: what the safety snapshot holds may not be fully saved.", Tone.Look)));
        if (restored.SafetySnapshot is { } safety)
        {
            var until = restored.UndoUntil is { } time ? $" until {Words.Time(time, zone)}" : "";
            blocks.Add(new Sentence($"The world from just before is kept as {safety}{until}.", Tone.Plain));
            blocks.Add(new Sentence($"Go back to it: snapshotbot snapshot restore {safety} --yes", Tone.Small));
        }

        return new Page(blocks);
    }

    public static Page NothingDiffers() => Page.Say("The server is as in the snapshot already. Nothing was touched.", Tone.Good);

    public static Failure SwappedBack(RestoreOutcome.SwappedBack back) => new(
        ExitCode.Failed, "swapped-back",
        $"The restored server did not come up ({Words.Safe(back.Container)}: {Words.Safe(back.Reason)}), so everything was put back as it was "
        + "and started. Nothing is lost.",
        "See the container's last log lines, or pick an older snapshot.");

    private static string ReasonOf(string reason) => reason switch
    {
        "missing" => "it does not exist any more",
        "definition" => "its definition differs",
        "image" => "its image differs",
        _ => Words.Safe(reason),
    };
}
