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

    /// <summary>The newest lines of a guild first.</summary>
    public IReadOnlyList<AuditLine> List(ulong guild, int limit) =>
        [.. _catalog.Read(GuildRows.Audit, "WHERE \"Guild\" = @0 ORDER BY \"Id\" DESC LIMIT @1", Row.Number(guild), limit).Select(Of)];

    /// <summary>The newest accepted line about something, or null.</summary>
    public AuditLine? LastAccepted(string act, string subject) =>
        _catalog.Read(
            GuildRows.Audit, "WHERE \"Subject\" = @0 AND \"Act\" = @1 AND \"Verdict\" = 0 ORDER BY \"Id\" DESC LIMIT 1", subject, act) is [var row] ? Of(row) : null;

    private static AuditLine Of(AuditRow row) => new(
        new AuditEntry(Row.Id(row.Guild), Row.Id(row.Person), row.Act, row.Subject, (AuditVerdict)row.Verdict, row.Reason),
        new DateTimeOffset(row.At, TimeSpan.Zero));
}

/// <summary>One thing somebody did or tried.</summary>
/// <param name="Act">As a command's name: <c>snapshot delete</c>.</param>
/// <param name="Subject">The id of what it was done to, or null.</param>
/// <param name="Reason">Why it was refused, as a stable word.</param>
public sealed record AuditEntry(ulong Guild, ulong Person, string Act, string? Subject, AuditVerdict Verdict, string? Reason);

/// <summary>An entry with its time.</summary>
public sealed record AuditLine(AuditEntry Entry, DateTimeOffset At);

public enum AuditVerdict
{
    Accepted = 0,
    Refused = 1,
}
