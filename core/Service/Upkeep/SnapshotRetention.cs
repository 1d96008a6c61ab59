using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Decides what of one server's snapshots stays. Pure: the storage's planner counts, once for each policy; what must never go is put on top of
/// its answer, and what the quota wants comes last.
/// </summary>
internal static class SnapshotRetention
{
    private const string Schedule = "schedule:";
    private const string Safety = "safety";

    /// <summary>Makes the plan.</summary>
    /// <param name="snapshots">The server's, in any order. Those of another server are left out of everything.</param>
    /// <param name="rules">Whose policy holds for which, and what else is to be known.</param>
    public static RetentionDecision Plan(IReadOnlyCollection<SnapshotInfo> snapshots, RetentionRules rules)
    {
        var own = snapshots.Where(one => one.ServerId == rules.Server).OrderByDescending(one => one.CreatedAt).ThenByDescending(one => one.Id.Value, StringComparer.Ordinal).ToList();
        if (own.Count == 0)
            return new([], []);
        var reasons = own.ToDictionary(one => one.Id, _ => new List<KeepWhy>());
        foreach (var group in own.Where(one => one.Reason != Safety).GroupBy(GroupOf, StringComparer.Ordinal))
            Judge([.. group], rules.PolicyOf(group.Key), rules, reasons);
        var newest = own.Find(one => one.Reason != Safety);
        foreach (var snapshot in own)
            Exempt(snapshot, snapshot == own[0] || snapshot == newest, rules, reasons[snapshot.Id]);

        var kept = own.Where(one => reasons[one.Id].Count > 0).ToList();
        var forgotten = own.Where(one => reasons[one.Id].Count == 0)
            .Select(one => new ForgottenInfo(one, one.Reason == Safety ? ForgetWhy.UndoOver : ForgetWhy.Policy)).ToList();
        forgotten.AddRange(OverQuota(kept, reasons, rules).Select(one => new ForgottenInfo(one, ForgetWhy.Quota)));
        var gone = forgotten.Select(one => one.Snapshot.Id).ToHashSet();
        return new(
            [.. kept.Where(one => !gone.Contains(one.Id)).Select(one => new KeptInfo(one, reasons[one.Id]))],
            [.. forgotten.OrderByDescending(one => one.Snapshot.CreatedAt).ThenByDescending(one => one.Snapshot.Id.Value, StringComparer.Ordinal)]);
    }

    /// <summary>Snapshots of one schedule are counted together, and so are all that no living schedule made.</summary>
    private static string GroupOf(SnapshotInfo snapshot) =>
        snapshot.Reason.StartsWith(Schedule, StringComparison.Ordinal) ? snapshot.Reason[Schedule.Length..] : "";

    private static void Judge(
        IReadOnlyList<SnapshotInfo> group, RetentionPolicy? policy, RetentionRules rules, Dictionary<SnapshotId, List<KeepWhy>> reasons)
    {
        if (policy is null || policy.IsEmpty)
        {
            foreach (var snapshot in group)
                reasons[snapshot.Id].Add(new KeepWhy(policy is null ? "no-policy" : KeepText.All, 0, 0, null));
            return;
        }

        // The planner's own ids are restic's; equal ones would be one snapshot, so the row's place in the group stands for it.
        var byId = group.Select((snapshot, at) => (snapshot, Id: new SnapshotFileId(ObjectId.Hash(System.Text.Encoding.UTF8.GetBytes(snapshot.Id.Value)))))
            .ToDictionary(one => one.Id, one => one.snapshot);
        var planned = byId.Select(pair => new RetentionSnapshot(
            pair.Key, TimeZoneInfo.ConvertTime(pair.Value.CreatedAt, rules.Zone), rules.Server.Value, ["/"], pair.Value.Locked ? [RetentionPolicy.LockedTag] : []));
        if (RetentionPlanner.Plan([.. planned], policy, SnapshotGrouping.None, rules.Now) is not RetentionPlan.Decided plan)
        {
            foreach (var snapshot in group)
                reasons[snapshot.Id].Add(new KeepWhy("no-policy", 0, 0, null));
            return;
        }

        foreach (var kept in plan.Kept)
            reasons[byId[kept.Snapshot.Id].Id].AddRange(kept.Reasons.Where(reason => reason.Rule != KeepRule.Locked).Select(Why));
    }

    private static void Exempt(SnapshotInfo snapshot, bool isNewest, RetentionRules rules, List<KeepWhy> reasons)
    {
        if (snapshot.Locked)
            reasons.Add(new KeepWhy("locked", 0, 0, null));
        if (snapshot.UndoUntil is { } until && until > rules.Now)
            reasons.Add(new KeepWhy("undo", 0, 0, null));
        if (rules.InUse.Contains(snapshot.Id))
            reasons.Add(new KeepWhy("in-use", 0, 0, null));
        if (isNewest)
            reasons.Add(new KeepWhy("newest", 0, 0, null));
    }

    /// <summary>The oldest go until count and size fit. What is exempt neither goes nor counts: it is outside of any quota.</summary>
    private static List<SnapshotInfo> OverQuota(List<SnapshotInfo> kept, Dictionary<SnapshotId, List<KeepWhy>> reasons, RetentionRules rules)
    {
        var counted = kept.Where(one => !reasons[one.Id].Any(why => why.Rule is "locked" or "undo" or "in-use" or "newest")).ToList();
        var gone = new List<SnapshotInfo>();
        var (count, bytes) = (counted.Count, counted.Sum(one => one.BytesAdded));
        for (var i = counted.Count - 1; i >= 0 && ((rules.MostSnapshots is { } most && count > most) || (rules.MostBytes is { } room && bytes > room)); i--)
        {
            gone.Add(counted[i]);
            count--;
            bytes -= counted[i].BytesAdded;
        }

        return gone;
    }

    private static KeepWhy Why(KeepReason reason) => new(WordOf(reason.Rule), reason.Number, reason.Of, reason.Detail.Length == 0 ? null : reason.Detail);

    private static string WordOf(KeepRule rule) => rule switch
    {
        KeepRule.Last => "last",
        KeepRule.Hourly or KeepRule.WithinHourly => "hourly",
        KeepRule.Daily or KeepRule.WithinDaily => "daily",
        KeepRule.Weekly or KeepRule.WithinWeekly => "weekly",
        KeepRule.Monthly or KeepRule.WithinMonthly => "monthly",
        KeepRule.Yearly or KeepRule.WithinYearly => "yearly",
        _ => "within",
    };
}

/// <summary>What a plan for one server is made from.</summary>
internal sealed record RetentionRules
{
    public required Servers.ServerId Server { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Where days and weeks begin.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Of snapshots made by hand, and of schedules that have none of their own; null keeps all.</summary>
    public RetentionPolicy? Default { get; init; }

    /// <summary>By schedule id.</summary>
    public IReadOnlyDictionary<string, RetentionPolicy> Schedules { get; init; } = new Dictionary<string, RetentionPolicy>(StringComparer.Ordinal);

    /// <summary>Named by an operation that has not ended.</summary>
    public IReadOnlySet<SnapshotId> InUse { get; init; } = new HashSet<SnapshotId>();

    public int? MostSnapshots { get; init; }

    public long? MostBytes { get; init; }

    public RetentionPolicy? PolicyOf(string schedule) => Schedules.GetValueOrDefault(schedule) ?? Default;
}

/// <summary>What stays and what goes, newest first.</summary>
internal sealed record RetentionDecision(IReadOnlyList<KeptInfo> Kept, IReadOnlyList<ForgottenInfo> Forgotten);
