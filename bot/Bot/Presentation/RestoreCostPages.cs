using SnapshotBot.Service.Restore;

namespace SnapshotBot.Bot.Presentation;

/// <summary>What a restore would cost, in words.</summary>
internal static class RestoreCostPages
{
    private const int NamesShown = 8;
    private const int PathsShown = 10;

    public static Page Restore(RestoreCost.Cost cost, TimeZoneInfo zone) => Page.Of(
    [
        new Sentence(
            $"Put {Words.Safe(cost.Snapshot.Server)} back to {Words.Safe(cost.Snapshot.Name)}, as it was {Words.Time(cost.Snapshot.CreatedAt, zone)}?",
            Tone.Title),
        .. Body(cost, zone, "since then"),
        new Sentence($"Do it: snapshotbot snapshot restore {cost.Snapshot.Id} --yes", Tone.Small),
    ]);

    public static Page Undo(RestoreCost.Cost cost, string server, TimeZoneInfo zone) => Page.Of(
    [
        new Sentence($"Undo the last restore of {Words.Safe(server)}: put it back as it was {Words.Time(cost.Snapshot.CreatedAt, zone)}?", Tone.Title),
        .. Body(cost, zone, "since that restore"),
        new Sentence($"Do it: snapshotbot snapshot undo '{Words.Safe(server)}' --yes", Tone.Small),
    ]);

    /// <summary>What something else that manages a container means for a restore.</summary>
    public static string NoteOf(ManagerNote note)
    {
        var container = Words.Safe(note.Container);
        return (note.Manager, note.Effect) switch
        {
            (ContainerManager.Compose, _) =>
                $"{(note.File is { } file ? Words.Safe(file) : "the compose file")} still names the newer version of {container}: the next 'up' brings it back",
            (ContainerManager.Unraid, _) => $"{Words.Safe(note.File ?? "the template")} still names the newer version of {container}: an update there brings it back",
            (ContainerManager.Watchtower, _) => $"watchtower looks after {container} and updates it again at its next round",
            (ContainerManager.Wings, _) => $"{container} belongs to Wings: only its files are put back, the container stays the panel's",
            _ => $"{container} is managed by {note.Manager}",
        };
    }

    /// <summary>What becomes of the game's version; null when it stays, or nobody knows the one of then.</summary>
    public static string? VersionOf(RestoreCost.Cost cost) => (cost.GameVersionNow, cost.GameVersionThen) switch
    {
        (_, null) => null,
        (null, { } then) => $"{then} then; not known now",
        ({ } now, { } then) => now == then ? null : $"{now} → {then}",
    };

    public static string PlayersOf(PlayersNow players) => players switch
    {
        PlayersNow.Known { Online: 0 } => "nobody",
        PlayersNow.Known known => $"{Words.Count(known.Online)}{NamesOf(known.Names)}, {WarningOf(known.Warning)}",
        PlayersNow.Unknown unknown => $"not known ({Words.Safe(unknown.Reason)}); players {WarningOf(unknown.Warning)}",
        _ => "nobody: the server does not run",
    };

    private static List<Block> Body(RestoreCost.Cost cost, TimeZoneInfo zone, string since)
    {
        var facts = new List<Fact>
        {
            new("Lost", $"{Words.Duration(cost.TimeLost)} of play {since}"),
            new("Online now", PlayersOf(cost.Players)),
            new("Files", $"{Words.Count(cost.FilesReplaced)} replaced, {Words.Count(cost.FilesAdded)} added, {Words.Count(cost.FilesRemoved)} removed"),
            new("To write", SpaceOf(cost)),
        };
        if (VersionOf(cost) is { } version)
        {
            facts.Add(new Fact("Version", Words.Safe(version)));
        }

        facts.AddRange(cost.Recreate.Select(each => new Fact("Recreated", $"{Words.Safe(each.Container)}: {ReasonOf(each)}")));
        facts.Add(new Fact("Down", cost.Stops ? DowntimeOf(cost.Downtime) : "not at all: it does not run, and would stay so"));
        facts.AddRange(cost.StopsAlong.Select(name => new Fact("Stopped along", $"{Words.Safe(name)}, which writes the same data; it is started again")));
        facts.Add(new Fact("Way back", cost.UndoUntil is { } until
            ? $"the world of now is kept first; undo until {Words.Time(until, zone)}"
            : "nothing of it is here now, so there is nothing to keep first"));
        var blocks = new List<Block> { new Facts(facts) };
        blocks.AddRange(cost.Notes.Select(note => new Sentence("⚠ " + NoteOf(note), Tone.Look)));
        if (cost.Unread.Count > 0)
        {
            blocks.Add(new Sentence("⚠ Could not be read when the snapshot was made, so it stays as it is now:", Tone.Look));
            blocks.AddRange(cost.Unread.Take(PathsShown).Select(path => new Sentence("  - " + Words.Safe(path), Tone.Small)));
            if (cost.Unread.Count > PathsShown)
            {
                blocks.Add(new Sentence($"  and {Words.Count(cost.Unread.Count - PathsShown)} more", Tone.Small));
            }
        }

        if (cost.Removed.Count > 0)
        {
            blocks.Add(new Sentence("Made since, and would be removed:", Tone.Plain));
            blocks.AddRange(cost.Removed.Take(PathsShown).Select(path => new Sentence("  - " + Words.Safe(path), Tone.Small)));
            if (cost.FilesRemoved > PathsShown && cost.Removed.Count > PathsShown)
            {
                blocks.Add(new Sentence($"  and {Words.Count(cost.FilesRemoved - PathsShown)} more", Tone.Small));
            }
        }

        blocks.Add(new Sentence("Nothing was changed yet.", Tone.Plain));
        return blocks;
    }

    private static string SpaceOf(RestoreCost.Cost cost) => cost.Space switch
    {
        { Missing: > 0 } space => $"{Words.Size(cost.Bytes)}; {Words.Size(space.Missing)} missing at {Words.Safe(space.Path)} ({Words.Size(space.Reserve)} stay free for the game)",
        { } space => $"{Words.Size(cost.Bytes)} of {Words.Size(space.Usable)} usable",
        null => Words.Size(cost.Bytes),
    };

    private static string DowntimeOf(ExpectedDowntime downtime) =>
        $"about {Words.Duration(downtime.Time)} ({(downtime.Basis == DowntimeBasis.Measured ? "as its restores before" : "an estimate")})";

    private static string NamesOf(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : $": {Words.Safe(string.Join(", ", names.Take(NamesShown)))}{(names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "")}";

    private static string WarningOf(PlayerWarning warning) => warning == PlayerWarning.Possible ? "warned first, then counted down" : "can't be warned";

    private static string ReasonOf(RecreateReason reason) => reason.Reason switch
    {
        "missing" => "it does not exist any more",
        "definition" => "its definition differs",
        "image" when reason.ImageNow is { } now && now != reason.ImageThen => $"{Words.Safe(now)} → {Words.Safe(reason.ImageThen)}",
        "image" => $"its image differs ({Words.Safe(reason.ImageThen)} meant another one then)",
        _ => Words.Safe(reason.Reason),
    };
}
