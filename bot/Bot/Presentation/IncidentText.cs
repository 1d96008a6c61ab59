using System.Globalization;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Incidents in words, for every surface: what, what was not harmed, what to do.</summary>
internal static class IncidentText
{
    /// <summary>One line: what is wrong, without its server's name.</summary>
    public static string What(IncidentCause cause) => cause switch
    {
        IncidentCause.WorldShrank it => it.IsOfBytes
            ? $"looks broken: {Words.Safe(it.Place)} shrank {Words.Size(it.BytesBefore)} → {Words.Size(it.BytesNow)}"
            : $"looks broken: {Words.Safe(it.Place)} went from {Words.Count(it.FilesBefore)} to {Words.Count(it.FilesNow)} files",
        IncidentCause.CrashLoop it => $"looks broken: {Words.Safe(it.Container)} ends again and again (exit code {it.ExitCode})",
        IncidentCause.Killed it => it.ForMemory
            ? $"{Words.Safe(it.Container)} was killed because it had no memory left; it did not save"
            : $"{Words.Safe(it.Container)} was killed (exit code 137); it did not save",
        IncidentCause.Damaged { Name: { } name } it => $"snapshot {Words.Safe(name)} is damaged: {Words.Safe(it.First)}",
        IncidentCause.Damaged it => $"the repository is damaged: {Words.Safe(it.First)}",
        IncidentCause.DoesNotBoot it => $"a clone of snapshot {Words.Safe(it.Name)} did not come up: {Words.Safe(it.Reason)}",
        IncidentCause.RunMissed it => $"{Words.Safe(it.Name)} missed {Words.Count(it.Runs, "run", "runs")} since {Utc(it.Since)}",
        IncidentCause.RunFailed { Refusal: { } refusal } it => $"{Words.Safe(it.Name)} failed: {RefusalText.Of(refusal).Message}",
        IncidentCause.RunFailed it => $"{Words.Safe(it.Name)} failed: {Words.Safe(it.Message)}",
        IncidentCause.Gone { What: IncidentCause.Gone.Channel } it => $"the channel of {Words.Safe(it.Name)} is gone",
        IncidentCause.Gone it => $"{Words.Safe(it.Name)} can't run: its {Words.Safe(it.What)} is gone",
        IncidentCause.DiskFilling it => Disk(it.Disk),
        IncidentCause.CopyFailed it => $"the second copy at {Words.Safe(it.To)} is behind: {Words.Safe(it.Message)}",
        IncidentCause.UpkeepFailed it => $"upkeep ({Words.Safe(it.Work)}) failed: {Words.Safe(it.Message)}",
        _ => cause.Word,
    };

    /// <summary>What was not harmed.</summary>
    public static string NotHarmed(IncidentCause cause) => cause switch
    {
        IncidentCause.Damaged { Snapshot: null } => "Every snapshot the damage does not touch restores as before.",
        { HoldsExpiry: true } => "The last good snapshot is locked and nothing expires until an admin says it is fine.",
        IncidentCause.DiskFilling { Disk.Level: DiskLevel.Full } => "Every snapshot is whole. Scheduled ones pause until there is room, then go on by themselves.",
        IncidentCause.CopyFailed { Code: IncidentCause.CopyFailed.SourceDamaged } => "Every other snapshot is in the copy.",
        IncidentCause.Gone { What: IncidentCause.Gone.Channel } => "Its runs go on, and are told in the usual channel.",
        IncidentCause.CopyFailed => "The repository itself is whole, and so is what the copy has.",
        _ => "Every snapshot made before is whole.",
    };

    /// <summary>What a person can do.</summary>
    public static string Do(IncidentCause cause, string? server) => cause switch
    {
        { HoldsExpiry: true } => server is null
            ? "Look at it: snapshotbot storage check --read-data"
            : $"Restore the last good one, or when all is well: snapshotbot server resume {ServerPages.Quote(server)}",
        IncidentCause.DiskFilling it => MakeRoom(it.Disk),
        IncidentCause.CopyFailed { Code: IncidentCause.CopyFailed.SourceDamaged } => "See what is damaged: snapshotbot storage check --read-data. Take a new snapshot of that server; the next copy has it.",
        IncidentCause.CopyFailed => "Make the place reachable, or make room there; the next round goes on where this one ended.",
        IncidentCause.RunMissed => "See why: snapshotbot schedule history NAME",
        IncidentCause.RunFailed { Refusal: { } refusal } when RefusalText.Of(refusal).Hint is { } hint => hint,
        IncidentCause.RunFailed { Hint: { } hint } => Words.Safe(hint),
        IncidentCause.Gone { What: IncidentCause.Gone.Channel } => "Give it another one: snapshotbot schedule set NAME --channel ID",
        IncidentCause.Gone => "Bring it back, or remove the schedule: snapshotbot schedule remove NAME",
        _ => "The log has the details.",
    };

    public static string Disk(DiskSpace disk)
    {
        var free = $"{Words.Size(disk.Free)} of {Words.Size(disk.Total)} free ({(disk.FreeShare * 100).ToString("0.#", CultureInfo.InvariantCulture)} %)";
        return disk.Level switch
        {
            DiskLevel.Full => $"the disk is nearly full: {free}",
            DiskLevel.Low => $"the disk is filling: {free}",
            DiskLevel.FullSoon => $"the disk is full in about {Days(disk.FullIn)} at this pace: {free}",
            _ => free,
        };
    }

    /// <summary>What holds the room: what a person could take away.</summary>
    public static string Holds(DiskSpace disk) =>
        $"Snapshots hold {Words.Size(disk.Repository)} (about {Words.Size(disk.Locked)} of that is locked, {Words.Size(disk.Safety)} are ways back of restores); "
        + $"other files hold {Words.Size(disk.Others)}.";

    public static string Days(TimeSpan? time) => time is not { } left ? "never"
        : left < TimeSpan.FromDays(1) ? "a day"
        : Words.Count((long)left.TotalDays, "day", "days");

    private static string MakeRoom(DiskSpace disk) => Holds(disk) + (disk.Others > disk.Repository
        ? " Move other files away."
        : disk.Locked > disk.Repository / 2 ? " Unlock what may go, then: snapshotbot storage prune" : " Keep fewer snapshots, then: snapshotbot storage prune");

    private static string Utc(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
