using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Expects a server's downtime from its own restores before; a server's first restore is estimated.</summary>
internal sealed class DowntimeForecast(CatalogStore catalog)
{
    private const int Considered = 5;

    /// <summary>Stop, start and what lies between, for a game that takes no time of its own.</summary>
    private static readonly TimeSpan PerContainer = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Fixed = TimeSpan.FromSeconds(3);
    private const double FilesPerSecond = 20_000;

    public ExpectedDowntime Expect(ServerId server, int containers, long files)
    {
        if (containers == 0)
            return new(TimeSpan.Zero, DowntimeBasis.Estimated);
        var before = Measured(server);
        return before.Count > 0
            ? new(before.Order().ElementAt(before.Count / 2), DowntimeBasis.Measured)
            : new(Fixed + (PerContainer * containers) + TimeSpan.FromSeconds(files / FilesPerSecond), DowntimeBasis.Estimated);
    }

    private List<TimeSpan> Measured(ServerId server)
    {
        var rows = catalog.Read(
            Rows.Operations,
            "WHERE \"Kind\" IN (@0, @1) AND \"Scope\" = @2 AND \"State\" = @3 ORDER BY \"QueuedAt\" DESC LIMIT @4",
            RestoreSnapshot.KindText, UndoRestore.KindText, OperationScope.OfServer(server.Value).Text, (int)OperationState.Ended, Considered);
        return [.. rows.Select(row => RestoreOutcomes.Read(row.Outcome)).OfType<RestoreOutcome.Restored>()
            .Where(restored => restored.Downtime > TimeSpan.Zero).Select(restored => restored.Downtime)];
    }
}
