using System.Globalization;
using System.Text;
using SnapshotBot.Storage.Forgetting;

namespace SnapshotBot.Service.Upkeep;

/// <summary>A retention policy as people write it: <c>last=7,daily=14,weekly=8,monthly=6,yearly=2,within=30d</c>, or <c>all</c>.</summary>
public static class KeepText
{
    /// <summary>Keeps every snapshot, whatever a server's or a guild's policy says.</summary>
    public const string All = "all";

    private const int Largest = 100_000;

    /// <summary>The words there are, in the order they are shown.</summary>
    public static IReadOnlyList<string> Rules { get; } = ["last", "hourly", "daily", "weekly", "monthly", "yearly", "within"];

    /// <summary>Whether it can be understood; the first part that can't is in <paramref name="fault"/>.</summary>
    public static bool IsValid(string text, out string fault) => TryParse(text, out _, out fault);

    internal static bool TryParse(string text, out RetentionPolicy policy, out string fault)
    {
        policy = new RetentionPolicy();
        fault = "";
        if (string.Equals(text.Trim(), All, StringComparison.OrdinalIgnoreCase))
            return true;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            var (rule, value) = at > 0 ? (part[..at].Trim().ToLowerInvariant(), part[(at + 1)..].Trim()) : ("", "");
            if (!seen.Add(rule) || Add(policy, rule, value) is not { } added)
            {
                fault = part;
                return false;
            }

            policy = added;
        }

        fault = policy.IsEmpty ? text : "";
        return !policy.IsEmpty;
    }

    /// <summary>The policy of a text that was checked when it was kept, an empty one for <c>all</c>; null of none, and of one that can't be read.</summary>
    internal static RetentionPolicy? Read(string? text) => text is not null && TryParse(text, out var policy, out _) ? policy : null;

    internal static string Write(RetentionPolicy policy)
    {
        if (policy.IsEmpty)
            return All;
        var text = new StringBuilder();
        Append("last", policy.Last);
        Append("hourly", policy.Hourly);
        Append("daily", policy.Daily);
        Append("weekly", policy.Weekly);
        Append("monthly", policy.Monthly);
        Append("yearly", policy.Yearly);
        if (!policy.Within.IsZero)
            text.Append(text.Length > 0 ? "," : "").Append("within=").Append(policy.Within);
        return text.ToString();

        void Append(string rule, int count)
        {
            if (count > 0)
                text.Append(text.Length > 0 ? "," : "").Append(rule).Append('=').Append(count.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static RetentionPolicy? Add(RetentionPolicy policy, string rule, string value)
    {
        if (rule == "within")
            return KeepDuration.TryParse(value, out var within) ? policy with { Within = within } : null;
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > Largest)
            return null;
        return rule switch
        {
            "last" => policy with { Last = count },
            "hourly" => policy with { Hourly = count },
            "daily" => policy with { Daily = count },
            "weekly" => policy with { Weekly = count },
            "monthly" => policy with { Monthly = count },
            "yearly" => policy with { Yearly = count },
            _ => null,
        };
    }
}
