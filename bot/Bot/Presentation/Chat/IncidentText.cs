using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>What is not as it should be, in words.</summary>
internal static class IncidentText
{
    /// <summary>A few words, for lists.</summary>
    public static string Short(IncidentCause cause) => cause switch
    {
        IncidentCause.WorldShrank it => it.IsOfBytes
            ? $"world shrank {Words.Size(it.BytesBefore)} → {Words.Size(it.BytesNow)}"
            : $"world went from {Words.Count(it.FilesBefore)} to {Words.Count(it.FilesNow)} files",
        IncidentCause.CrashLoop it => $"{ChatText.Name(it.Container)} ends again and again (exit {it.ExitCode})",
        IncidentCause.Killed it => it.ForMemory ? $"{ChatText.Name(it.Container)} was killed for its memory" : $"{ChatText.Name(it.Container)} was killed: it did not save",
        IncidentCause.Damaged it => $"{Words.Count(it.Errors, "piece", "pieces")} of a snapshot unreadable",
        IncidentCause.DoesNotBoot it => $"{ChatText.Name(it.Name)} does not boot",
        IncidentCause.RunMissed it => $"{Words.Count(it.Runs, "run", "runs")} of {ChatText.Name(it.Name)} missed",
        IncidentCause.RunFailed it => $"{ChatText.Name(it.Name)} failed",
        IncidentCause.Gone it => $"the {ChatText.Name(it.What)} of {ChatText.Name(it.Name)} is gone",
        IncidentCause.DiskFilling it => Presentation.IncidentText.Disk(it.Disk),
        IncidentCause.CopyFailed => "the second copy failed",
        IncidentCause.UpkeepFailed => "the upkeep of the snapshots can't be done",
        _ => "look at it",
    };

    /// <summary>What is not harmed by it.</summary>
    public static string NotHarmed(IncidentCause cause) => cause switch
    {
        IncidentCause.Damaged { Snapshot: null } => "the servers run; every snapshot the damage does not touch restores as before",
        IncidentCause.Damaged => "the server runs; the other snapshots are whole",
        IncidentCause.CopyFailed { Code: IncidentCause.CopyFailed.SourceDamaged } => "the servers run; every other snapshot is in the copy",
        IncidentCause.Gone { What: IncidentCause.Gone.Channel } => "its runs go on, and are told here",
        IncidentCause.Gone => "the snapshots made of it are all there; the schedule is paused",
        IncidentCause.DiskFilling { Disk.Level: DiskLevel.Full } => "the servers run, every snapshot is whole. Scheduled ones pause until there is room, then go on by themselves",
        _ => "the server is as it is; the snapshots that are kept are whole",
    };

    /// <summary>What to do about it.</summary>
    public static string Do(IncidentCause cause) => cause switch
    {
        IncidentCause.WorldShrank or IncidentCause.CrashLoop or IncidentCause.Killed => "look at the server; put it back, or say that it is fine",
        IncidentCause.Damaged { Snapshot: null } => "see what is hurt with `snapshotbot storage check --read-data`, take new snapshots now, and have the disk looked at",
        IncidentCause.Damaged => "take a new snapshot now, and have the disk looked at",
        IncidentCause.DoesNotBoot => "pick an older snapshot when you need one, and look why this one does not start",
        IncidentCause.RunFailed { Refusal: { } refusal } when RefusalText.Of(refusal).Hint is { } hint => ChatText.Name(PageCard.ForChat(hint), 200),
        IncidentCause.RunFailed { Hint: { } hint } => ChatText.Name(PageCard.ForChat(hint), 200),
        IncidentCause.RunFailed or IncidentCause.RunMissed => "see the schedule's history, then run it now",
        IncidentCause.Gone { What: IncidentCause.Gone.Channel } => "give it another one: `/schedule set`",
        IncidentCause.Gone => "remove the schedule, or set one for another server",
        IncidentCause.DiskFilling it => $"free space there, or let less be kept. {Presentation.IncidentText.Holds(it.Disk)}",
        IncidentCause.UpkeepFailed => "look at the disk the snapshots lie on; upkeep goes on by itself once it can",
        IncidentCause.CopyFailed { Code: IncidentCause.CopyFailed.SourceDamaged } => "take a new snapshot of that server now, and have the disk looked at; the next copy has it",
        IncidentCause.CopyFailed => "look whether the other place can be reached; the next round goes on",
        _ => "see the log of the bot",
    };

    /// <summary>Why, where the cause carries words for it.</summary>
    public static string? Why(IncidentCause cause) => cause switch
    {
        IncidentCause.RunFailed { Refusal: { } refusal } => ChatText.Name(RefusalText.Of(refusal).Message, 300),
        IncidentCause.RunFailed it => ChatText.Name(it.Message, 300),
        IncidentCause.CopyFailed it => ChatText.Name(it.Message, 300),
        IncidentCause.UpkeepFailed it => ChatText.Name(it.Message, 300),
        IncidentCause.Damaged it => ChatText.Name(it.First, 200),
        IncidentCause.DoesNotBoot it => ChatText.Name(it.Reason, 200),
        _ => null,
    };
}
