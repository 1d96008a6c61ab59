using System.Globalization;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Storage.Forgetting;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>The options of <c>forget</c>, by the names and with the meaning restic gives them.</summary>
internal static class ForgetInputs
{
    private static readonly Input<int> Last = Count("--keep-last", "-l", "the N newest");
    private static readonly Input<int> Hourly = Count("--keep-hourly", "-H", "the last one of each of the N newest hours");
    private static readonly Input<int> Daily = Count("--keep-daily", "-d", "the last one of each of the N newest days");
    private static readonly Input<int> Weekly = Count("--keep-weekly", "-w", "the last one of each of the N newest weeks");
    private static readonly Input<int> Monthly = Count("--keep-monthly", "-m", "the last one of each of the N newest months");
    private static readonly Input<int> Yearly = Count("--keep-yearly", "-y", "the last one of each of the N newest years");
    private static readonly Input<KeepDuration> Within = Span("--keep-within", "all from the time before the newest, such as 1y5m7d2h");
    private static readonly Input<KeepDuration> WithinHourly = Span("--keep-within-hourly", "one an hour from that time");
    private static readonly Input<KeepDuration> WithinDaily = Span("--keep-within-daily", "one a day from that time");
    private static readonly Input<KeepDuration> WithinWeekly = Span("--keep-within-weekly", "one a week from that time");
    private static readonly Input<KeepDuration> WithinMonthly = Span("--keep-within-monthly", "one a month from that time");
    private static readonly Input<KeepDuration> WithinYearly = Span("--keep-within-yearly", "one a year from that time");

    private static readonly Input<IReadOnlyList<string>> Tags = Input.Values(
        "--keep-tag", "T", "all with this tag; T,U for all with both");

    private static readonly Input<IReadOnlyList<string>> Hosts = Input.Values("--host", "H", "look only at snapshots of this host");
    private static readonly Input<IReadOnlyList<string>> OnlyTags = Input.Values("--tag", "T", "look only at snapshots with this tag; T,U for both");
    private static readonly Input<IReadOnlyList<string>> OnlyPaths = Input.Values("--path", "P", "look only at snapshots of this path");

    private static readonly Input<SnapshotGrouping> GroupBy = Input.Parsed(
        "--group-by", "WHAT", "count apart by host, paths, tags (host,paths); '' counts all together", ParseGrouping,
        SnapshotGrouping.Host | SnapshotGrouping.Paths);

    public static IReadOnlyList<Input> All { get; } =
    [
        Last, Hourly, Daily, Weekly, Monthly, Yearly, Within, WithinHourly, WithinDaily, WithinWeekly, WithinMonthly, WithinYearly, Tags, Hosts,
        OnlyTags, OnlyPaths, GroupBy,
    ];

    public static RetentionPolicy Policy(InputValues values) => new()
    {
        Last = values.Get(Last),
        Hourly = values.Get(Hourly),
        Daily = values.Get(Daily),
        Weekly = values.Get(Weekly),
        Monthly = values.Get(Monthly),
        Yearly = values.Get(Yearly),
        Within = values.Get(Within),
        WithinHourly = values.Get(WithinHourly),
        WithinDaily = values.Get(WithinDaily),
        WithinWeekly = values.Get(WithinWeekly),
        WithinMonthly = values.Get(WithinMonthly),
        WithinYearly = values.Get(WithinYearly),
        Tags = Lists(values.Get(Tags)),
    };

    public static ForgetSelection Selection(InputValues values) =>
        new(values.Get(Hosts), Lists(values.Get(OnlyTags)), values.Get(OnlyPaths), values.Get(GroupBy));

    private static IReadOnlyList<IReadOnlyList<string>> Lists(IReadOnlyList<string> texts) => [.. texts.Select(text => text.Split(','))];

    private static Input<int> Count(string name, string alias, string help) =>
        Input.Parsed(name, "N", "keep " + help, text => ParseCount(name, text), 0) with { Short = alias };

    private static Input<KeepDuration> Span(string name, string help) =>
        Input.Parsed(name, "TIME", "keep " + help, text => ParseSpan(name, text), default);

    private static int ParseCount(string name, string text) =>
        text is "unlimited" or "-1" ? RetentionPolicy.Unlimited
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
        : throw new BadInputException(name, text, "a whole number such as 7, or unlimited");

    private static KeepDuration ParseSpan(string name, string text) => KeepDuration.TryParse(text, out var duration)
        ? duration
        : throw new BadInputException(name, text, "years, months, days and hours such as 1y6m, 14d or 12h");

    private static SnapshotGrouping ParseGrouping(string text)
    {
        var grouping = SnapshotGrouping.None;
        foreach (var word in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            grouping |= word switch
            {
                "host" or "hosts" => SnapshotGrouping.Host,
                "path" or "paths" => SnapshotGrouping.Paths,
                "tag" or "tags" => SnapshotGrouping.Tags,
                _ => throw new BadInputException("--group-by", text, "a list of host, paths, tags"),
            };
        }

        return grouping;
    }
}

/// <summary>Which snapshots a policy looks at, and which of them are counted together.</summary>
internal sealed record ForgetSelection(
    IReadOnlyList<string> Hosts, IReadOnlyList<IReadOnlyList<string>> Tags, IReadOnlyList<string> Paths, SnapshotGrouping Grouping)
{
    public bool Covers(RetentionSnapshot snapshot) =>
        (Hosts.Count == 0 || Hosts.Contains(snapshot.Host, StringComparer.Ordinal))
        && (Tags.Count == 0 || Tags.Any(list => list.All(tag => tag.Length == 0 ? snapshot.Tags.Count == 0 : snapshot.Tags.Contains(tag, StringComparer.Ordinal))))
        && Paths.All(path => snapshot.Paths.Contains(path, StringComparer.Ordinal));
}
