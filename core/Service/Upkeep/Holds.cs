using System.Text.Json;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>The servers whose expiry is stopped.</summary>
internal sealed class Holds(CatalogStore catalog, TimeProvider time)
{
    public Hold? Of(ServerId server) =>
        catalog.Read(UpkeepRows.Holds, "WHERE \"ServerId\" = @0", server.Value) is [var row]
            ? new(
                JsonSerializer.Deserialize(row.Detail, UpkeepJson.Default.IncidentCause) ?? throw new JsonException("A hold is empty."),
                row.Snapshot is { } snapshot ? new SnapshotId(snapshot) : null,
                row.LockedHere,
                new DateTimeOffset(row.Since, TimeSpan.Zero))
            : null;

    /// <summary>Stops a server's expiry; one that is stopped already stays as it is.</summary>
    public Task<bool> AddAsync(ServerId server, IncidentCause cause, SnapshotId? lastGood, bool lockedHere, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Holds.Any(row => row.ServerId == server.Value))
                    return false;
                context.Holds.Add(new HoldRow
                {
                    ServerId = server.Value,
                    Detail = JsonSerializer.Serialize(cause, UpkeepJson.Default.IncidentCause),
                    Snapshot = lastGood?.Value,
                    LockedHere = lockedHere,
                    Since = time.GetUtcNow().UtcTicks,
                });
                return true;
            },
            cancellationToken);

    /// <summary>Names another snapshot as the last good one of a server that is held.</summary>
    public Task ChangeAsync(ServerId server, SnapshotId? lastGood, bool lockedHere, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Holds.FirstOrDefault(row => row.ServerId == server.Value) is { } row)
                    (row.Snapshot, row.LockedHere) = (lastGood?.Value, lockedHere);
            },
            cancellationToken);

    public Task RemoveAsync(ServerId server, CancellationToken cancellationToken) =>
        catalog.WriteAsync(context => context.Holds.RemoveRange(context.Holds.Where(row => row.ServerId == server.Value)), cancellationToken);
}

/// <summary>Why and since when a server's expiry is stopped.</summary>
internal sealed record Hold(IncidentCause Cause, SnapshotId? LastGood, bool LockedHere, DateTimeOffset Since);
