using System.Globalization;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Retention, guard and proofs in words.</summary>
internal static class UpkeepPages
{
    private const int LogLines = 12;

    public static Page Retention(RetentionShown shown, TimeZoneInfo zone)
    {
        var name = Words.Safe(shown.Server);
        var holds = shown.Rule.Source switch
        {
            RetentionSource.Server => $"{name} keeps {ScheduleText.Keeps(shown.Rule)}: its own rule.",
            RetentionSource.Shared => $"{name} keeps {ScheduleText.Keeps(shown.Rule)}: the rule of all servers that have none of their own.",
            _ => $"{name} keeps {ScheduleText.Keeps(shown.Rule)}: nobody set a rule.",
        };
        var first = shown.Planned is { } planned
            ? new Sentence($"Nothing was changed. With {Words.Safe(planned)} {name} would keep:", Tone.Plain)
            : new Sentence(holds, Tone.Plain);
        return new Page(
        [
            first,
            new Sentence("Schedules with a rule of their own keep theirs; locked ones and the newest always stay.", Tone.Small),
            .. Forecast(shown.Forecast, zone).Blocks,
        ]);
    }

    public static Page Forecast(RetentionForecast forecast, TimeZoneInfo zone)
    {
        var blocks = new List<Block>();
        if (forecast.Held is { } held)
        {
            blocks.Add(new Sentence($"⚠ Nothing expires: {IncidentText.What(held)}", Tone.Bad));
        }

        if (forecast.Kept.Count > 0)
        {
            blocks.Add(new Table(
                [new("Stays", Align.Left), new("Name", Align.Left), new("Made", Align.Left), new("Why", Align.Left)],
                [.. forecast.Kept.Select(kept => (string[])
                    [SnapshotPages.Short(kept.Snapshot.Id), Words.Safe(kept.Snapshot.Name), Words.Time(kept.Snapshot.CreatedAt, zone), Kept(kept.Reasons)])]));
        }

        if (forecast.Forgotten.Count > 0)
        {
            blocks.Add(new Table(
                [new("Goes", Align.Left), new("Name", Align.Left), new("Made", Align.Left), new("Why", Align.Left)],
                [.. forecast.Forgotten.Select(gone => (string[])
                    [SnapshotPages.Short(gone.Snapshot.Id), Words.Safe(gone.Snapshot.Name), Words.Time(gone.Snapshot.CreatedAt, zone), Gone(gone.Reason)])]));
        }

        blocks.Add(new Sentence(
            $"{Words.Count(forecast.Kept.Count)} stay, about {Words.Size(forecast.KeptBytes)}; {Words.Count(forecast.Forgotten.Count)} go.", Tone.Plain));
        return new Page(blocks);
    }

    /// <summary>As on a snapshot: <c>kept: daily 3 of 14</c>.</summary>
    public static string Kept(IReadOnlyList<KeepWhy> reasons) => "kept: " + string.Join(", ", reasons.Select(Why));

    public static Page Expired(ExpireSnapshotsOutcome.Expired expired) => Page.Of(
        new Sentence(
            expired.Snapshots.Count == 0
                ? $"Nothing expired; {Words.Count(expired.Kept, "snapshot stays", "snapshots stay")}."
                : $"{Words.Count(expired.Snapshots.Count, "snapshot", "snapshots")} expired, {Words.Count(expired.Kept)} stay.",
            Tone.Good),
        new Lines(expired.Snapshots.Select(one => $"  {SnapshotPages.Short(one.Id)} {Words.Safe(one.Name)}")));

    public static Failure Held(IncidentCause cause) => new(
        ExitCode.Refused, "expiry-held", $"Nothing expired, for this server {IncidentText.What(cause)}. Its last good snapshot is locked.",
        "When all is well: snapshotbot server resume SERVER");

    public static Failure NotVerified(SnapshotInfo newest) => new(
        ExitCode.Failed, "newest-damaged", $"Nothing expired: the newest snapshot, {Words.Safe(newest.Name)}, is damaged. Older ones are kept.",
        "Take a new snapshot; 'snapshot verify' names the damage.");

    public static Page Resumed(ResumeServerOutcome.Resumed resumed) => Page.Of(
        new Sentence($"{Words.Safe(resumed.Server)} counts as fine again; its snapshots expire as before.", Tone.Good),
        new Sentence(
            resumed.Unlocked is { } snapshot ? $"Unlocked {Words.Safe(snapshot.Name)}, which the guard had locked." : "No lock was taken away.", Tone.Small));

    public static Page NotHeld(string server) => Page.Say($"{Words.Safe(server)} was fine already. Nothing was changed.", Tone.Plain);

    public static Page Undeleted(SnapshotInfo snapshot) => Page.Say(
        $"{Words.Safe(snapshot.Name)} of {Words.Safe(snapshot.Server)} is back ({SnapshotPages.Short(snapshot.Id)}).", Tone.Good);

    public static Failure TooLate(SnapshotId snapshot) => new(
        ExitCode.NotFound, "data-gone", $"Snapshot {SnapshotPages.Short(snapshot)} can't be put back: its data is gone. Other snapshots are whole.", null);

    public static Page Proven(ProveBootOutcome.Proven proven) => Page.Say(
        $"🧪 {Words.Safe(proven.Snapshot.Name)} boots: its game answered after {Words.Duration(proven.Took)}. The clone is gone again.", Tone.Good);

    public static Page NotProven(ProveBootOutcome.NotProven it) => Page.Of(
        new Sentence($"{Words.Safe(it.Snapshot.Name)} does not boot: {Words.Safe(it.Container)}: {Words.Safe(it.Reason)}.", Tone.Bad),
        new Lines(it.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LogLines).Select(line => "  " + Words.Safe(line.TrimEnd('\r')))),
        new Sentence("The running server was not touched, and nothing of the clone is left.", Tone.Plain),
        new Sentence("Older snapshots may boot; 'snapshot list' shows them. The guard keeps the last good one.", Tone.Small));

    public static Failure NoCheck(ProveBootOutcome.NoCheck it) => new(
        ExitCode.Refused, "no-check",
        $"Nothing can ask this game whether it is well ({(it.Profile is { } profile ? "profile " + Words.Safe(profile) : "no profile")}), and a process that is up proves nothing. Nothing was started.",
        "Give the server a profile with a ready check or a query, or the image a health check.");

    public static Page Incidents(IReadOnlyList<IncidentInfo> incidents, TimeZoneInfo zone) => incidents.Count == 0
        ? Page.Say("All is as it should be.", Tone.Good)
        : new Page([.. incidents.SelectMany(one => Incident(one, zone))]);

    private static IEnumerable<Block> Incident(IncidentInfo one, TimeZoneInfo zone)
    {
        var name = one.Server is { } server ? Words.Safe(server) + " " : "";
        yield return new Sentence($"{(one.ResolvedAt is null ? "🚨" : "✅")} {name}{IncidentText.What(one.Cause)}", one.ResolvedAt is null ? Tone.Bad : Tone.Plain);
        yield return new Sentence(
            $"   since {Words.Time(one.OpenedAt, zone)}{(one.Times > 1 ? $", seen {Words.Count(one.Times)} times" : "")}"
            + (one.ResolvedAt is { } over ? $", over {Words.Time(over, zone)}" : "")
            + (one.LastGood is { } good ? $" · last good {SnapshotPages.Short(good)}" : ""),
            Tone.Small);
        if (one.ResolvedAt is null)
        {
            yield return new Sentence($"   {IncidentText.NotHarmed(one.Cause)} {IncidentText.Do(one.Cause, one.Server)}", Tone.Small);
        }
    }

    private static string Why(KeepWhy why) => why.Rule switch
    {
        "locked" => "locked",
        "undo" => "way back of a restore",
        "in-use" => "an operation needs it",
        "newest" => "newest",
        "no-policy" => "no policy",
        "all" => "all are kept",
        "within" => $"within {why.Detail}",
        _ when why.Of > 0 => string.Create(CultureInfo.InvariantCulture, $"{why.Rule} {why.Number} of {why.Of}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{why.Rule} {why.Number}"),
    };

    private static string Gone(ForgetWhy why) => why switch
    {
        ForgetWhy.UndoOver => "its way back is over",
        ForgetWhy.Quota => "over the quota",
        _ => "no rule keeps it",
    };
}
