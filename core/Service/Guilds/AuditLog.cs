using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Guilds;

/// <summary>Who did what in which guild, and who was kept from what. Only added to; the newest hundred thousand are kept.</summary>
public sealed class AuditLog
{
    private const int Kept = 100_000;
    private const int PruneEvery = 1_000;

    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;
    private long _added;

    internal AuditLog(CatalogStore catalog, TimeProvider time)
    {
        _catalog = catalog;
        _time = time;
    }

    /// <summary>Writes one line.</summary>
    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => _catalog.WriteAsync(
        context =>
        {
            var row = new AuditRow
            {
                At = _time.GetUtcNow().UtcTicks,
                Guild = Row.Number(entry.Guild),
                Person = Row.Number(entry.Person),
                Act = entry.Act,
                Subject = entry.Subject,
                Verdict = (int)entry.Verdict,
                Reason = entry.Reason,
            };
            context.Audit.Add(row);
            if (Interlocked.Increment(ref _added) % PruneEvery == 0)
            {
                var newest = context.Audit.Max(old => old.Id);
                context.Audit.RemoveRange(context.Audit.Where(old => old.Id <= newest - Kept));
            }
        },
        cancellationToken);

    /// <summary>Lines that fit, the newest first.</summary>
    public IReadOnlyList<AuditLine> List(AuditFilter filter, int limit)
    {
        var where = new List<string> { "1" };
        var values = new List<object>();
        void Add(string condition, object value)
        {
            where.Add($"{condition} @{values.Count}");
            values.Add(value);
        }

        if (filter.Guild is { } guild)
            Add("\"Guild\" =", Row.Number(guild));
        if (filter.Person is { } person)
            Add("\"Person\" =", Row.Number(person));
        if (filter.Before is { } before)
            Add("\"Id\" <", before);
        values.Add(limit);
        return [.. _catalog.Read(GuildRows.Audit, $"WHERE {string.Join(" AND ", where)} ORDER BY \"Id\" DESC LIMIT @{values.Count - 1}", [.. values]).Select(Of)];
    }

    private static AuditLine Of(AuditRow row) => new(
        row.Id,
        new AuditEntry(Row.Id(row.Guild), Row.Id(row.Person), row.Act, row.Subject, (AuditVerdict)row.Verdict, row.Reason),
        new DateTimeOffset(row.At, TimeSpan.Zero));
}

/// <summary>One thing somebody did or tried.</summary>
/// <param name="Act">As a command's name: <c>snapshot delete</c>.</param>
/// <param name="Subject">The id of what it was done to, or null.</param>
/// <param name="Reason">Why it was refused, or why nothing changed, as a stable word; null where it was done or is on its way.</param>
public sealed record AuditEntry(ulong Guild, ulong Person, string Act, string? Subject, AuditVerdict Verdict, string? Reason);

/// <summary>An entry with its time and its place in the log.</summary>
public sealed record AuditLine(long Id, AuditEntry Entry, DateTimeOffset At);

/// <summary>Which lines a list shows; what is null is not asked for.</summary>
/// <param name="Before">Only those written before this line.</param>
public sealed record AuditFilter(ulong? Guild, ulong? Person = null, long? Before = null);

public enum AuditVerdict
{
    Accepted = 0,
    Refused = 1,
}
