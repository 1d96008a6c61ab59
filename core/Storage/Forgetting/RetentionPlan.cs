namespace SnapshotBot.Storage.Forgetting;

/// <summary>What a policy comes to: a plan, or a refusal.</summary>
public abstract record RetentionPlan
{
    private RetentionPlan()
    {
    }

    /// <summary>What to keep and what to forget, a group at a time. Newest first inside a group.</summary>
    public sealed record Decided(IReadOnlyList<RetentionGroup> Groups) : RetentionPlan
    {
        public IEnumerable<KeptSnapshot> Kept => Groups.SelectMany(group => group.Kept);

        public IEnumerable<RetentionSnapshot> Forgotten => Groups.SelectMany(group => group.Forgotten);
    }

    /// <summary>The policy has no rule.</summary>
    public sealed record EmptyPolicy : RetentionPlan;

    /// <summary>The policy would leave nothing of a group; restic refuses this too.</summary>
    public sealed record NothingLeft(RetentionGroup Group) : RetentionPlan;
}

/// <summary>Snapshots that are counted together. A part of the key that does not group is empty.</summary>
public sealed record RetentionGroup(
    string Host,
    IReadOnlyList<string> Paths,
    IReadOnlyList<string> Tags,
    IReadOnlyList<KeptSnapshot> Kept,
    IReadOnlyList<RetentionSnapshot> Forgotten);

/// <summary>A snapshot that stays, and every rule that says so.</summary>
public sealed record KeptSnapshot(RetentionSnapshot Snapshot, IReadOnlyList<KeepReason> Reasons);

/// <summary>Why a snapshot stays.</summary>
/// <param name="Rule">The rule that keeps it.</param>
/// <param name="Detail">The rule's duration or tags, where it has any.</param>
/// <param name="IsOldest">Kept as the oldest of all, though its hour, day ... is taken: the rule had counts left.</param>
public sealed record KeepReason(KeepRule Rule, string Detail, bool IsOldest)
{
    /// <summary>Which of those the rule keeps this is, the newest is 1; 0 for rules that keep by a mark.</summary>
    public int Number { get; init; }

    /// <summary>How many the rule keeps; 0 without a limit.</summary>
    public int Of { get; init; }

    /// <summary>restic's words for it.</summary>
    public override string ToString()
    {
        var text = Rule switch
        {
            KeepRule.Locked => "locked",
            KeepRule.Tags => $"has tags [{Detail}]",
            KeepRule.Within => $"within {Detail}",
            KeepRule.Last => "last snapshot",
            KeepRule.Hourly => "hourly snapshot",
            KeepRule.Daily => "daily snapshot",
            KeepRule.Weekly => "weekly snapshot",
            KeepRule.Monthly => "monthly snapshot",
            KeepRule.Yearly => "yearly snapshot",
            KeepRule.WithinHourly => $"hourly within {Detail}",
            KeepRule.WithinDaily => $"daily within {Detail}",
            KeepRule.WithinWeekly => $"weekly within {Detail}",
            KeepRule.WithinMonthly => $"monthly within {Detail}",
            KeepRule.WithinYearly => $"yearly within {Detail}",
            _ => Rule.ToString(),
        };
        return IsOldest ? "oldest " + text : text;
    }
}

/// <summary>The rules of a <see cref="RetentionPolicy"/>.</summary>
public enum KeepRule
{
    /// <summary>It carries the tag of locked snapshots.</summary>
    Locked,
    Tags,
    Within,
    Last,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
    WithinHourly,
    WithinDaily,
    WithinWeekly,
    WithinMonthly,
    WithinYearly,
}
