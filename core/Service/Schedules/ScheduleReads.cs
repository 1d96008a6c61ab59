using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>Lists, finds and previews schedules. Runs where it is called.</summary>
public sealed class ScheduleReads
{
    private const int OutcomesShown = 10;

    private static readonly RowReader<(string Reason, long Bytes)> Reasons = new(
        "snapshots", ["Reason", "BytesAdded"], row => (row.GetString(0), row.GetInt64(1)));

    private readonly ScheduleStore _schedules;
    private readonly ServerStore _servers;
    private readonly ScheduleRuns _runs;
    private readonly RetentionReads _retention;
    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;

    internal ScheduleReads(
        ScheduleStore schedules, ServerStore servers, ScheduleRuns runs, RetentionReads retention, CatalogStore catalog, TimeProvider time)
    {
        _schedules = schedules;
        _servers = servers;
        _runs = runs;
        _retention = retention;
        _catalog = catalog;
        _time = time;
    }

    /// <summary>All schedules, or those of one server, by server and name.</summary>
    public IReadOnlyList<ScheduleInfo> List(ServerId? server)
    {
        var names = _servers.All().ToDictionary(one => one.Id, one => one.Name);
        var kept = Kept();
        return
        [
            .. _schedules.All().Where(one => server is null || one.Server == server).Select(one => Info(one, names, kept))
                .OrderBy(one => one.Server, StringComparer.OrdinalIgnoreCase).ThenBy(one => one.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>Finds a schedule by its name, <c>server/name</c> where several servers have one of that name, or its id.</summary>
    public ScheduleFound Find(string text)
    {
        var all = List(null);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var found = slash < 0
            ? all.Where(one => one.Name == text || one.Id.Value == text).ToList()
            : [.. all.Where(one => one.Name == text[(slash + 1)..] && (one.Server == text[..slash] || one.ServerId.Value == text[..slash]))];
        return found switch
        {
            [] => new ScheduleFound.Refused(new Refusal.ScheduleUnknown(text)),
            [var one] => new ScheduleFound.One(one),
            _ => new ScheduleFound.Refused(new Refusal.ScheduleAmbiguous(text, [.. found.Select(one => $"{one.Server ?? one.ServerId.Value}/{one.Name}")])),
        };
    }

    /// <summary>What a schedule of these words would do. Saves nothing.</summary>
    /// <param name="draft">The words. What they leave open stays as it is where they change a schedule there is.</param>
    /// <param name="from">From when on its times are shown; null for now.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<SchedulePreview> PreviewAsync(SchedulePreviewDraft draft, DateTimeOffset? from, int count, CancellationToken cancellationToken)
    {
        var guild = draft.Server is { } server ? _servers.Find(server)?.Guild : null;
        var there = draft is { Server: { } own, Name: { } name } ? _schedules.Find(own, name.Trim()) : null;
        if (ZoneFor(draft.Zone, there?.ZoneName, guild) is not { } zone)
            return new SchedulePreview.Refused(ZoneRefusal(draft.Zone));
        var start = from ?? _time.GetUtcNow();
        var (frequency, refusal) = Understand(draft.Every, zone, start);
        if (frequency is null)
            return new SchedulePreview.Refused(refusal!);
        var (keep, fault) = KeepOf(draft.Keep ?? there?.Keep);
        if (fault is not null)
            return new SchedulePreview.Refused(new Refusal.KeepRefused(fault));
        var keeps = await KeepsAsync(draft.Server, there?.Id ?? ScheduleId.New(), keep, frequency, zone, cancellationToken);
        return new SchedulePreview.Shown(frequency, zone, draft.When ?? there?.When ?? ScheduleWhen.Any, NextOf(frequency, zone, start, start, count), keep, keeps);
    }

    /// <summary>The next times of a schedule.</summary>
    public IReadOnlyList<DateTimeOffset> Next(ScheduleId id, int count) =>
        _schedules.Find(id) is { Pause: SchedulePause.Active, Frequency: { } frequency, Zone: { } zone } schedule
            ? NextOf(frequency, zone, _time.GetUtcNow(), schedule.CreatedAt, count)
            : [];

    internal ScheduleInfo Info(Schedule schedule) =>
        Info(schedule, _servers.All().ToDictionary(one => one.Id, one => one.Name), Kept());

    internal static IReadOnlyList<DateTimeOffset> NextOf(Frequency frequency, TimeZoneInfo zone, DateTimeOffset after, DateTimeOffset createdAt, int count)
    {
        var next = new List<DateTimeOffset>();
        for (var at = frequency.Next(after, zone, createdAt); at is { } one && next.Count < count; at = frequency.Next(one, zone, createdAt))
            next.Add(one);
        return next;
    }

    /// <summary>The zone that is meant: the one named, the schedule's own, the guild's, the default. Null when none is, or the name is unknown.</summary>
    internal TimeZoneInfo? ZoneFor(string? named, string? own, ulong? guild) =>
        named is not null ? ScheduleZones.Find(named) : (own ?? _schedules.ZoneOf(guild)) is { } known ? ScheduleZones.Find(known) : null;

    internal Refusal ZoneRefusal(string? named) =>
        named is null ? new Refusal.ZoneNeeded(MachineZone()) : new Refusal.ZoneUnknown(named, ScheduleZones.Near(named));

    internal static (Frequency? Frequency, Refusal? Refusal) Understand(string every, TimeZoneInfo zone, DateTimeOffset now) =>
        FrequencyParser.Parse(every, zone, now) switch
        {
            FrequencyParsed.Understood it => (it.Frequency, null),
            FrequencyParsed.NotUnderstood it => (null, new Refusal.FrequencyRefused(it.Text, FrequencyFault.NotUnderstood, it.Suggestion)),
            FrequencyParsed.TooOften it => (null, new Refusal.FrequencyRefused(it.Text, FrequencyFault.TooOften, null)),
            _ => (null, new Refusal.FrequencyRefused(every.Trim(), FrequencyFault.NeverDue, null)),
        };

    internal static (string? Keep, string? Fault) KeepOf(string? keep) => string.IsNullOrWhiteSpace(keep) ? (null, null) : KeepWords.Read(keep);

    /// <summary>What a retention keeps of a schedule that runs so often.</summary>
    internal Task<KeepPreview> KeepsAsync(
        ServerId? server, ScheduleId schedule, string? keep, Frequency frequency, TimeZoneInfo zone, CancellationToken cancellationToken)
    {
        var next = NextOf(frequency, zone, _time.GetUtcNow(), _time.GetUtcNow(), 2);
        return _retention.PreviewAsync(server, schedule.Value, keep, next.Count == 2 ? next[1] - next[0] : TimeSpan.FromDays(1), cancellationToken);
    }

    private string? MachineZone() => _time.LocalTimeZone.Id is var id && ScheduleZones.Find(id) is not null && id is not ("UTC" or "Etc/UTC") ? id : null;

    private ScheduleInfo Info(Schedule schedule, Dictionary<ServerId, string> names, Dictionary<string, ScheduleKept> kept) => new()
    {
        Id = schedule.Id,
        Name = schedule.Name,
        ServerId = schedule.Server,
        Server = names.GetValueOrDefault(schedule.Server),
        Every = schedule.Every,
        Zone = schedule.ZoneName,
        When = schedule.When,
        Keep = schedule.Keep,
        Channel = schedule.Channel,
        ChannelGone = schedule.ChannelGone,
        Pause = schedule.Pause,
        PausedBy = schedule.PausedBy,
        CreatedBy = schedule.CreatedBy,
        CreatedAt = schedule.CreatedAt,
        Next = schedule.Pause == SchedulePause.Active ? schedule.Next(schedule.DoneUntil) : null,
        Last = _runs.Of(schedule.Id, OutcomesShown),
        Kept = kept.GetValueOrDefault(schedule.Id.Reason) ?? new ScheduleKept(0, 0),
    };

    private Dictionary<string, ScheduleKept> Kept() =>
        _catalog.Read(Reasons, "WHERE \"Reason\" LIKE 'schedule:%' AND NOT \"Hidden\"")
            .GroupBy(each => each.Reason, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new ScheduleKept(group.Count(), group.Sum(each => each.Bytes)), StringComparer.Ordinal);
}

/// <summary>What is to be previewed.</summary>
/// <param name="Every">How often, as it was given.</param>
/// <param name="When">What must be so for a snapshot; null for what the schedule has.</param>
/// <param name="Keep">The retention, as it was given; empty for the server's, null for what the schedule has.</param>
/// <param name="Zone">An IANA name; null for the schedule's, else the default.</param>
/// <param name="Server">Whose snapshots the estimate is made of, or null.</param>
/// <param name="Name">The schedule of that server that is changed, or made when there is none so called; null for a new one.</param>
public sealed record SchedulePreviewDraft(string Every, ScheduleWhen? When, string? Keep, string? Zone, ServerId? Server, string? Name);
