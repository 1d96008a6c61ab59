using System.Globalization;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>The words for schedules and their runs that every surface shares.</summary>
internal static class ScheduleText
{
    public static string When(ScheduleWhen when) => when switch
    {
        ScheduleWhen.Online => "only while the server is online",
        ScheduleWhen.Played => "only if somebody played since the last snapshot",
        _ => "any time",
    };

    public static string Pause(SchedulePause pause) => pause switch
    {
        SchedulePause.ByPerson => "paused",
        SchedulePause.ServerGone => "paused: its server is gone",
        SchedulePause.Rebuilt => "paused: it came back from the repository and waits for an admin",
        SchedulePause.NotUnderstood => "paused: its frequency or time zone is not known on this machine",
        _ => "active",
    };

    /// <summary>What a retention keeps: <c>14 days + 8 weeks</c>.</summary>
    public static string Keeps(IReadOnlyList<KeepBucket> buckets) => buckets.Count == 0
        ? "everything"
        : string.Join(" + ", buckets.Select(bucket => bucket.Bucket switch
        {
            "last" => $"the last {Words.Count(bucket.Count)}",
            "hourly" => Words.Count(bucket.Count, "hour", "hours"),
            "daily" => Words.Count(bucket.Count, "day", "days"),
            "weekly" => Words.Count(bucket.Count, "week", "weeks"),
            "monthly" => Words.Count(bucket.Count, "month", "months"),
            "yearly" => Words.Count(bucket.Count, "year", "years"),
            _ => $"all of {Words.Count((long)bucket.Covers.TotalHours, "hour", "hours")}",
        }));

    /// <summary>What a server keeps of snapshots that no schedule's own rule speaks for.</summary>
    public static string Keeps(RetentionInForce rule) => Keeps(rule.Text ?? KeepText.All);

    /// <summary>The same from the form it is kept in: <c>daily=14,weekly=8</c>; null keeps by the server's policy.</summary>
    public static string Keeps(string? kept) => kept is null
        ? "what the server's policy says"
        : kept == KeepText.All
        ? "everything"
        : string.Join(" + ", kept.Split(',').Select(rule => rule.Split('=', 2) switch
        {
            ["last", var count] => $"the last {count}",
            ["hourly", var count] => $"{count} hours",
            ["daily", var count] => $"{count} days",
            ["weekly", var count] => $"{count} weeks",
            ["monthly", var count] => $"{count} months",
            ["yearly", var count] => $"{count} years",
            [_, var span] => $"all of {span}",
            _ => rule,
        }));

    public static string State(ScheduleRunState state) => state switch
    {
        ScheduleRunState.Waiting => "waiting",
        ScheduleRunState.Running => "running",
        ScheduleRunState.Ran => "ran",
        ScheduleRunState.Skipped => "skipped",
        ScheduleRunState.Missed => "missed",
        _ => "failed",
    };

    /// <summary>A mark for each of the last runs, oldest first: ran, ran but not as one moment, skipped, failed, missed.</summary>
    public static string Marks(IReadOnlyList<ScheduleRunInfo> newestFirst) => string.Concat(newestFirst.Reverse().Select(Mark));

    /// <summary>Why a run ended as it did, or what to know about it; null when there is nothing to say.</summary>
    public static string? Reason(ScheduleRunInfo run, TimeZoneInfo zone) => run switch
    {
        { Failure: { } failure } => Words.Safe(failure.Message),
        { Outcome: { } outcome } => Reason(outcome, zone),
        { State: ScheduleRunState.Skipped } => "cancelled",
        _ => null,
    };

    public static string? Reason(RunScheduleOutcome outcome, TimeZoneInfo zone) => outcome switch
    {
        RunScheduleOutcome.Ran ran => Note(ran.Note),
        RunScheduleOutcome.Skipped skipped => Skip(skipped, zone),
        RunScheduleOutcome.Missed { Count: > 1 } missed =>
            $"nobody was there to run it: {Words.Count(missed.Count)} times from {Words.Time(missed.First, zone)} to {Words.Time(missed.Last, zone)}",
        RunScheduleOutcome.Missed => "nobody was there to run it in time",
        RunScheduleOutcome.Refused refused => RefusalText.Of(refused.Refusal).Message,
        _ => null,
    };

    /// <summary>A stable word for why; null when it simply ran.</summary>
    public static string? Code(ScheduleRunInfo run) => run switch
    {
        { Failure: { } failure } => failure.Code,
        { Outcome: RunScheduleOutcome.Refused refused } => RefusalText.Of(refused.Refusal).Code,
        { Outcome: RunScheduleOutcome.Skipped skipped } => SkipCode(skipped.Reason),
        { Outcome: RunScheduleOutcome.Missed } => "not-served",
        { State: ScheduleRunState.Skipped } => "cancelled",
        _ => null,
    };

    public static string? Note(RunNote note) => note switch
    {
        RunNote.WasOffline => "the server is offline; made all the same, because it was asked for",
        RunNote.NobodyPlayed => "nobody played; made all the same, because it was asked for",
        RunNote.PlayUnknown => "whether somebody played is not known for all of the time, so one was made",
        RunNote.NoPlayerQuery => "this game can't be asked who plays, so one was made",
        _ => null,
    };

    public static string? NoteCode(RunNote note) => note switch
    {
        RunNote.WasOffline => "was-offline",
        RunNote.NobodyPlayed => "nobody-played",
        RunNote.PlayUnknown => "play-unknown",
        RunNote.NoPlayerQuery => "no-player-query",
        _ => null,
    };

    /// <summary>A local time with its weekday: <c>Mon 30 Nov 2026 04:00</c>.</summary>
    public static string Local(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("ddd d MMM yyyy HH:mm", CultureInfo.InvariantCulture);

    private static string Skip(RunScheduleOutcome.Skipped skipped, TimeZoneInfo zone)
    {
        var last = skipped.Since is { } since ? $"; the last snapshot, of {Words.Time(since, zone)}, is still there" : "";
        return skipped.Reason switch
        {
            SkipReason.Offline => "the server is offline" + last,
            SkipReason.NobodyPlayed => skipped.Since is { } known ? $"nobody played since {Words.Time(known, zone)}" : "nobody played",
            SkipReason.NothingChanged => skipped.Since is { } same
                ? $"nothing changed since {Words.Time(same, zone)}; that snapshot is still current"
                : "nothing changed",
            SkipReason.DiskLow => "the disk is nearly full" + last,
            _ => "it was paused or removed before its turn came",
        };
    }

    /// <summary>Why no snapshot was needed, in a few words.</summary>
    public static string Why(SkipReason reason) => reason switch
    {
        SkipReason.Offline => "the server is offline",
        SkipReason.NobodyPlayed => "nobody played since the last one",
        SkipReason.NothingChanged => "nothing changed since the last one",
        SkipReason.DiskLow => "the disk is nearly full",
        _ => "it was paused or removed before its turn came",
    };

    private static string SkipCode(SkipReason reason) => reason switch
    {
        SkipReason.Offline => "offline",
        SkipReason.NobodyPlayed => "nobody-played",
        SkipReason.NothingChanged => "nothing-changed",
        SkipReason.DiskLow => "disk-low",
        _ => "not-wanted",
    };

    private static string Mark(ScheduleRunInfo run) => run switch
    {
        { Outcome: RunScheduleOutcome.Ran { Snapshot.Grade: SnapshotBot.Service.Snapshots.ConsistencyGrade.Live } } => "🟨",
        { State: ScheduleRunState.Ran } => "🟩",
        { State: ScheduleRunState.Skipped } => "⬜",
        { State: ScheduleRunState.Failed } => "🟥",
        { State: ScheduleRunState.Missed } => "⬛",
        _ => "⏳",
    };
}
