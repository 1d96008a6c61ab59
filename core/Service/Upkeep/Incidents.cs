using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>What is not as it should be: opened once, repeated while it lasts, resolved when it is over. One for a server, cause and subject.</summary>
public sealed class Incidents
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly CatalogStore _catalog;
    private readonly ServerStore _servers;
    private readonly TimeProvider _time;

    internal Incidents(CatalogStore catalog, ServerStore servers, TimeProvider time)
    {
        _catalog = catalog;
        _servers = servers;
        _time = time;
    }

    /// <summary>Opens an incident, or says of an open one that it was seen again, with its newest figures.</summary>
    /// <returns>Whether it is new.</returns>
    public Task<bool> OpenAsync(ServerId? server, IncidentCause cause, CancellationToken cancellationToken) =>
        _catalog.WriteAsync(context => Open(context, server, cause), cancellationToken);

    /// <summary>Says that runs of a schedule were missed, in the caller's transaction: the records of them are never there without it.</summary>
    internal void Missed(CatalogContext context, ServerId server, string schedule, string name, int runs, DateTimeOffset since)
    {
        var known = Find(context, server.Value, IncidentCause.RunMissed.Text, schedule) is { } row ? CauseOf(row) as IncidentCause.RunMissed : null;
        Open(context, server, new IncidentCause.RunMissed(schedule, name, runs + (known?.Runs ?? 0), known?.Since ?? since));
    }

    /// <inheritdoc cref="OpenAsync"/>
    /// <remarks>In the caller's transaction.</remarks>
    internal bool Open(CatalogContext context, ServerId? server, IncidentCause cause)
    {
        var (id, now) = (server?.Value ?? "", _time.GetUtcNow().UtcTicks);
        var detail = JsonSerializer.Serialize(cause, UpkeepJson.Default.IncidentCause);
        var next = Next(context);
        if (Find(context, id, cause.Word, cause.Subject) is { } row)
        {
            (row.Detail, row.SeenAt, row.Times, row.Revision) = (detail, now, row.Times + 1, next);
            return false;
        }

        context.Incidents.Add(new IncidentRow
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow().ToUnixTimeSeconds():x8}{RandomNumberGenerator.GetHexString(8, lowercase: true)}"),
            ServerId = id,
            Cause = cause.Word,
            Subject = cause.Subject,
            Detail = detail,
            OpenedAt = now,
            SeenAt = now,
            Times = 1,
            Revision = next,
        });
        return true;
    }

    private static IncidentRow? Find(CatalogContext context, string server, string word, string subject) =>
        context.Incidents.FirstOrDefault(row => row.ServerId == server && row.Cause == word && row.Subject == subject && row.ResolvedAt == null);

    /// <summary>Ends the open incidents of a cause.</summary>
    /// <param name="server">The server, or null for what concerns all.</param>
    /// <param name="word">The cause's word.</param>
    /// <param name="subject">Only of this subject; null for all of them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>How many ended.</returns>
    public Task<int> ResolveAsync(ServerId? server, string word, string? subject, CancellationToken cancellationToken)
    {
        var id = server?.Value ?? "";
        if (_catalog.Read(UpkeepRows.Incidents, "WHERE \"ServerId\" = @0 AND \"Cause\" = @1 AND \"ResolvedAt\" IS NULL LIMIT 1", id, word).Count == 0)
            return Task.FromResult(0);
        return _catalog.WriteAsync(
            context =>
            {
                var next = Next(context);
                var rows = context.Incidents
                    .Where(row => row.ServerId == id && row.Cause == word && row.ResolvedAt == null && (subject == null || row.Subject == subject)).ToList();
                foreach (var row in rows)
                    (row.ResolvedAt, row.Revision) = (_time.GetUtcNow().UtcTicks, next++);
                return rows.Count;
            },
            cancellationToken);
    }

    /// <summary>Incidents, the newest first.</summary>
    public IReadOnlyList<IncidentInfo> List(IncidentFilter which, int limit) => Infos(
        (which == IncidentFilter.Open ? "WHERE \"ResolvedAt\" IS NULL " : "") + "ORDER BY \"OpenedAt\" DESC, \"Id\" DESC LIMIT @0", limit);

    /// <summary>The open incidents of a server.</summary>
    public IReadOnlyList<IncidentInfo> OpenOf(ServerId server) =>
        Infos("WHERE \"ServerId\" = @0 AND \"ResolvedAt\" IS NULL ORDER BY \"OpenedAt\" DESC", server.Value);

    /// <summary>Every open incident now, then each one again whenever it changes: opened, seen again, resolved. Changes between two looks are one.</summary>
    /// <param name="after">The revision of the last change that was seen before; what changed since comes too, also when it is over. Null for
    /// what changes from now on.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<IncidentInfo> WatchAsync(long? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = after ?? (_catalog.Read(UpkeepRows.Incidents, "ORDER BY \"Revision\" DESC LIMIT 1") is [var last] ? last.Revision : 0);
        foreach (var open in List(IncidentFilter.Open, 1000).Reverse())
            yield return open;
        using var watch = _catalog.Watch();
        using var timer = new PeriodicTimer(Pace, _time);
        do
        {
            if (!watch.HasChanged())
                continue;
            foreach (var changed in Infos("WHERE \"Revision\" > @0 ORDER BY \"Revision\"", seen))
            {
                seen = Math.Max(seen, changed.Revision);
                yield return changed;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private IReadOnlyList<IncidentInfo> Infos(string tail, params IReadOnlyList<object> parameters)
    {
        var rows = _catalog.Read(UpkeepRows.Incidents, tail, parameters);
        if (rows.Count == 0)
            return [];
        var names = _catalog.Read(Rows.Servers, "").ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);
        foreach (var gone in rows.Select(row => row.ServerId).Distinct(StringComparer.Ordinal).Where(id => id.Length > 0 && !names.ContainsKey(id)))
        {
            if (_servers.Removed(new ServerId(gone)) is { } removed)
                names[gone] = removed.Name;
        }

        var holds = _catalog.Read(UpkeepRows.Holds, "").ToDictionary(row => row.ServerId, StringComparer.Ordinal);
        return [.. rows.Select(row => Info(row, names, holds)).OfType<IncidentInfo>()];
    }

    private static IncidentInfo? Info(IncidentRow row, Dictionary<string, string> names, Dictionary<string, HoldRow> holds)
    {
        // A newer version's cause, after a downgrade: it can't be told, and must not keep what can be from being told.
        if (CauseOf(row) is not { } cause)
            return null;
        return new()
        {
            Id = row.Id,
            ServerId = row.ServerId.Length == 0 ? null : new ServerId(row.ServerId),
            Server = names.GetValueOrDefault(row.ServerId),
            Cause = cause,
            OpenedAt = Utc(row.OpenedAt),
            SeenAt = Utc(row.SeenAt),
            Times = row.Times,
            ResolvedAt = row.ResolvedAt is { } resolved ? Utc(resolved) : null,
            LastGood = cause.HoldsExpiry && holds.GetValueOrDefault(row.ServerId)?.Snapshot is { } good ? new SnapshotId(good) : null,
            Revision = row.Revision,
        };
    }

    private static IncidentCause? CauseOf(IncidentRow row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Detail, UpkeepJson.Default.IncidentCause);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long Next(CatalogContext context) => (context.Incidents.Max(row => (long?)row.Revision) ?? 0) + 1;

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}
