using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Notifications;

/// <summary>An operation's message while it still changes.</summary>
internal sealed class LiveMessage(OperationInfo info, ulong guild, ulong channel, long now, DateTimeOffset postedAt)
{
    public OperationInfo Info { get; private set; } = info;

    public ulong Guild { get; } = guild;

    public ulong Channel { get; set; } = channel;

    /// <summary>Null until it is out.</summary>
    public ulong? Message { get; set; }

    /// <summary>It may be out already, with an older card: then sending once more gives that one back, and it is edited.</summary>
    public bool IsUnsure { get; set; }

    /// <summary>Held while it is sent or edited.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>Nothing of it is drawn any more.</summary>
    public bool IsOver { get; set; }

    /// <summary>Whether something is true that the message does not say yet.</summary>
    public bool IsDirty { get; set; }

    /// <summary>When it was last drawn, as a timestamp.</summary>
    public long DrawnAt { get; set; } = now;

    /// <summary>When the step at hand began, as a timestamp.</summary>
    public long StepSince { get; private set; } = now;

    public DateTimeOffset PostedAt { get; set; } = postedAt;

    public DateTimeOffset? RestartedAt { get; init; }

    public DateTimeOffset? RetryAt { get; set; }

    public string? LinkBefore { get; set; }

    public bool WasSentAgain { get; set; }

    /// <summary>Takes what is true now.</summary>
    public void Take(OperationInfo now, long timestamp)
    {
        if (now.Progress?.Step != Info.Progress?.Step || now.State != Info.State)
        {
            StepSince = timestamp;
        }

        Info = now;
        IsDirty = true;
    }
}
