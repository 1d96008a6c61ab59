using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Who locked by mistake may take it back for a while.</summary>
internal static class Locks
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>Whether the lock that holds now came from this person a moment ago. What counts is what was done, not what was asked for: who asks
    /// to lock what is locked already has locked nothing.</summary>
    public static bool WasJustLockedBy(Desk desk, ulong person, string? snapshot) =>
        snapshot is not null
        && desk.Operations.EndedOf(snapshot, desk.Time.GetUtcNow() - Grace).FirstOrDefault(Changed) is { Request: not UnlockSnapshot } last
        && last.Info.RequestedBy == Requester.Person(person).Text;

    /// <summary>Who locked a snapshot that is locked, and when; null where nobody asked for it, as when the guard did.</summary>
    public static LockHolder? HolderOf(Desk desk, SnapshotId snapshot) =>
        desk.Operations.EndedOf(snapshot.Value, DateTimeOffset.MinValue).FirstOrDefault(Changed) is { Request: not UnlockSnapshot, Info: { EndedAt: { } at, RequestedBy: var by } }
            ? new LockHolder(by, at)
            : null;

    /// <summary>Whether an operation made its snapshot's lock what it was afterwards.</summary>
    private static bool Changed(OperationDetails ended) =>
        ended is { Request: LockSnapshot or UnlockSnapshot, Outcome: ChangeSnapshotOutcome.Changed }
            or { Request: CreateSnapshot { Lock: SnapshotLock.Locked }, Outcome: CreateSnapshotOutcome.Created };
}
