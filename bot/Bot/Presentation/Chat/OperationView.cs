using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>An operation as its one message shows it.</summary>
internal sealed record OperationView
{
    public required OperationInfo Info { get; init; }

    public OperationRequest? Request { get; init; }

    /// <summary>The name of the snapshot or schedule it is about, where it is about one.</summary>
    public string? Name { get; init; }

    /// <summary>How it ended, as an outcome of its kind; null before its end and where something broke.</summary>
    public object? Outcome { get; init; }

    /// <summary>Its end in words for an outcome that has no card of its own.</summary>
    public Page? EndPage { get; init; }

    /// <summary>Why it did not do what was asked, when a rule forbade it or it broke.</summary>
    public Failure? Failure { get; init; }

    /// <summary>How many snapshots of its server are kept, where it failed to make one more; null where nobody could tell.</summary>
    public int? Kept { get; init; }

    /// <summary>Where it met damage, the snapshot to turn to.</summary>
    public SnapshotInfo? NextGood { get; init; }

    /// <summary>How long the step at hand has been running.</summary>
    public TimeSpan StepTime { get; init; }

    /// <summary>When the bot was started anew in the middle of it.</summary>
    public DateTimeOffset? RestartedAt { get; init; }

    /// <summary>The bot is being stopped: until it is started again nothing goes on.</summary>
    public bool IsBotEnding { get; init; }

    /// <summary>The message this one goes on from, or the one that goes on from it.</summary>
    public string? LinkBefore { get; init; }

    public string? LinkAfter { get; init; }

    /// <summary>Short, to be told to whoever reads the log.</summary>
    public string ShortId => Info.Id.Value[^4..].ToUpperInvariant();
}
