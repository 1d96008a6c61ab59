namespace SnapshotBot.Bot.Notifications;

/// <summary>What became of an operation's message; the operation goes on in any case.</summary>
internal abstract record Announcement
{
    private Announcement()
    {
    }

    public sealed record Sent(ulong Message) : Announcement;

    /// <summary>Discord did not take it; it is sent as soon as Discord does.</summary>
    public sealed record Later : Announcement;

    /// <summary>The bot may not write there.</summary>
    public sealed record Refused : Announcement;
}
