using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Who locked by mistake may take it back for a while.</summary>
internal static class Locks
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private static readonly HashSet<string> Kinds = new(StringComparer.Ordinal) { LockSnapshot.KindText, UnlockSnapshot.KindText, CreateSnapshot.KindText };

    /// <summary>Whether the lock that holds now came from this person a moment ago. What counts is what was done, not what was asked for: who asks
    /// to lock what is locked already has locked nothing.</summary>
    public static bool WasJustLockedBy(Desk desk, ulong person, string? snapshot) =>
        snapshot is not null
        && desk.Operations.EndedSince(desk.Time.GetUtcNow() - Grace, Kinds).FirstOrDefault(ended => Changed(ended, snapshot)) is { Request: not UnlockSnapshot } last
        && last.Info.RequestedBy == Requester.Person(person).Text;

    /// <summary>Whether an operation made this snapshot's lock what it was afterwards.</summary>
    private static bool Changed(OperationDetails ended, string snapshot) => ended switch
    {
        { Request: LockSnapshot or UnlockSnapshot, Outcome: ChangeSnapshotOutcome.Changed change } => change.Snapshot.Id.Value == snapshot,
        { Request: CreateSnapshot { Lock: SnapshotLock.Locked }, Outcome: CreateSnapshotOutcome.Created made } => made.Snapshot.Id.Value == snapshot,
        _ => false,
    };
}
