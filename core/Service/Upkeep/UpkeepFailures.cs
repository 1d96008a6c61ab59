using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Upkeep that can't be done is one incident, however much of it fails and however often it is tried: a broken disk stops all of it at once.
/// </summary>
internal sealed class UpkeepFailures(CatalogStore catalog, Incidents incidents)
{
    private const int LookedThrough = 200;

    /// <summary>Looks how the newest of each kind of work ended.</summary>
    /// <param name="requester">Who asks for upkeep.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task LookAsync(Requester requester, CancellationToken cancellationToken)
    {
        // A second copy that fails is an incident of its own.
        var newest = catalog.Read(
                Rows.Operations, "WHERE \"RequestedBy\" = @0 AND \"EndedAt\" IS NOT NULL AND \"State\" IN (2, 3) AND \"Kind\" <> @1 ORDER BY \"EndedAt\" DESC LIMIT @2",
                requester.Text, CopyRepository.KindText, LookedThrough)
            .GroupBy(row => row.Kind, StringComparer.Ordinal).Select(kind => kind.First()).ToList();
        var failed = newest.Where(row => row.State == (int)OperationState.Failed).MaxBy(row => row.EndedAt);
        var known = incidents.List(IncidentFilter.Open, 1000).FirstOrDefault(one => one.Cause is IncidentCause.UpkeepFailed);
        if (failed is null)
        {
            if (known is not null)
                await incidents.ResolveAsync(null, IncidentCause.UpkeepFailed.Text, null, cancellationToken);
        }
        else if (known is null || failed.EndedAt > known.SeenAt.UtcTicks)
        {
            var work = known?.Cause is IncidentCause.UpkeepFailed { Work: var begun } ? begun : failed.Kind;
            var message = OperationReads.ReadFailure(failed.Failure)?.Message ?? "Why is in the log.";
            await incidents.OpenAsync(null, new IncidentCause.UpkeepFailed(work, message), cancellationToken);
        }
    }
}
