using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>A server that was made from a snapshot.</summary>
/// <param name="Server">Its id.</param>
/// <param name="Snapshot">What it was made from.</param>
/// <param name="MadeAt">When.</param>
/// <param name="EndsAt">When it is stopped; null: it stays.</param>
/// <param name="StoppedAt">When that was done; a day later it is removed.</param>
internal sealed record Duplicate(ServerId Server, SnapshotId Snapshot, DateTimeOffset MadeAt, DateTimeOffset? EndsAt, DateTimeOffset? StoppedAt);

/// <summary>The rows of servers that we made.</summary>
internal sealed class DuplicateStore(CatalogStore catalog)
{
    private static readonly RowReader<Duplicate> Rows = new(
        "duplicates",
        ["ServerId", "SnapshotId", "MadeAt", "EndsAt", "StoppedAt"],
        row => new Duplicate(
            new ServerId(row.GetString(0)), new SnapshotId(row.GetString(1)), Utc(row.GetInt64(2)), row.IsDBNull(3) ? null : Utc(row.GetInt64(3)), row.IsDBNull(4) ? null : Utc(row.GetInt64(4))));

    public IReadOnlyList<Duplicate> All() => catalog.Read(Rows, "ORDER BY \"MadeAt\"");

    public Duplicate? Find(ServerId server) => catalog.Read(Rows, "WHERE \"ServerId\" = @0", server.Value).FirstOrDefault();

    public Task AddAsync(Duplicate duplicate, CancellationToken cancellationToken) => catalog.WriteAsync(
        context =>
        {
            if (!context.Duplicates.Any(row => row.ServerId == duplicate.Server.Value))
            {
                context.Duplicates.Add(new DuplicateRow
                {
                    ServerId = duplicate.Server.Value,
                    SnapshotId = duplicate.Snapshot.Value,
                    MadeAt = duplicate.MadeAt.UtcTicks,
                    EndsAt = duplicate.EndsAt?.UtcTicks,
                    StoppedAt = duplicate.StoppedAt?.UtcTicks,
                });
            }
        },
        cancellationToken);

    /// <summary>Sets its end and when it was stopped for it.</summary>
    public Task SetEndAsync(ServerId server, DateTimeOffset? endsAt, DateTimeOffset? stoppedAt, CancellationToken cancellationToken) => catalog.WriteAsync(
        context =>
        {
            if (context.Duplicates.FirstOrDefault(row => row.ServerId == server.Value) is { } row)
            {
                row.EndsAt = endsAt?.UtcTicks;
                row.StoppedAt = stoppedAt?.UtcTicks;
            }
        },
        cancellationToken);

    public Task RemoveAsync(ServerId server, CancellationToken cancellationToken) => catalog.WriteAsync(
        context =>
        {
            if (context.Duplicates.FirstOrDefault(row => row.ServerId == server.Value) is { } row)
                context.Duplicates.Remove(row);
        },
        cancellationToken);

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}
