namespace SnapshotBot.Storage.Forgetting;

/// <summary>Which snapshots to keep. What no rule keeps is forgotten; the rules mean what restic's options of the same names mean.</summary>
public sealed record RetentionPolicy
{
    /// <summary>The tag of a locked snapshot. One that carries it is kept, whatever the policy says.</summary>
    public const string LockedTag = "locked";

    /// <summary>As a count: no limit.</summary>
    public const int Unlimited = -1;

    /// <summary>The newest ones; 0 for no such rule, <see cref="Unlimited"/> for all.</summary>
    public int Last { get; init; }

    /// <summary>The last one of so many of the newest hours that have any.</summary>
    public int Hourly { get; init; }

    /// <summary>The last one of so many of the newest days that have any; days begin at midnight by the snapshot's own clock.</summary>
    public int Daily { get; init; }

    /// <summary>The last one of so many of the newest ISO weeks (Monday to Sunday) that have any.</summary>
    public int Weekly { get; init; }

    public int Monthly { get; init; }

    public int Yearly { get; init; }

    /// <summary>All within so long before the newest snapshot.</summary>
    public KeepDuration Within { get; init; }

    /// <summary>The last one of each hour within so long before the newest snapshot.</summary>
    public KeepDuration WithinHourly { get; init; }

    public KeepDuration WithinDaily { get; init; }

    public KeepDuration WithinWeekly { get; init; }

    public KeepDuration WithinMonthly { get; init; }

    public KeepDuration WithinYearly { get; init; }

    /// <summary>Lists of tags: a snapshot that carries all tags of any list is kept.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Tags { get; init; } = [];

    /// <summary>Whether no rule is set. Such a policy is refused: forgetting everything is never meant.</summary>
    public bool IsEmpty =>
        Last == 0 && Hourly == 0 && Daily == 0 && Weekly == 0 && Monthly == 0 && Yearly == 0 && Tags.Count == 0
        && Within.IsZero && WithinHourly.IsZero && WithinDaily.IsZero && WithinWeekly.IsZero && WithinMonthly.IsZero && WithinYearly.IsZero;
}
