namespace SnapshotBot.Bot.Interactions;

/// <summary>Who locked by mistake may take it back for a while.</summary>
internal static class Locks
{
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    public static bool WasJustLockedBy(Desk desk, ulong person, string? snapshot) =>
        snapshot is not null && desk.Audit.LastAccepted("snapshot lock", snapshot) is { } line && line.Entry.Person == person
        && desk.Time.GetUtcNow() - line.At <= Grace;
}
