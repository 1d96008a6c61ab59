using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Checks the repository; damage opens an incident and holds the servers it hits.</summary>
internal sealed class CheckRepositoryHandler(
    RepositoryAccess access, SnapshotView view, SnapshotStore store, ReadTurns turns, LastGoodGuard guard, Incidents incidents, TimeProvider time)
    : IOperationHandler<CheckRepository, CheckRepositoryOutcome>
{
    public async Task<CheckRepositoryOutcome> HandleAsync(CheckRepository request, OperationContext context, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (slice, of) = request.Extent == CheckExtent.Turn ? turns.Next() : (0, 1);
        CheckReport report;
        await using (var session = await access.WriteAsync(cancellationToken))
        {
            await view.SyncAsync(session, cancellationToken);
            var checker = new RepositoryChecker(session.Repository, new Steps(context.Progress));
            report = await checker.RunAsync(
                request.Extent == CheckExtent.Structure ? CheckDepth.Structure : CheckDepth.Data, new PackSlice(slice, of), cancellationToken);
        }

        await TellAsync(report, request.Extent, slice, cancellationToken);
        return new(
            report.Snapshots, report.Packs, report.Blobs, report.BytesRead,
            [.. report.Findings.Where(finding => finding.IsDamage).Select(finding => finding.Message)],
            [.. report.Findings.Where(finding => !finding.IsDamage).Select(finding => finding.Message)],
            [.. report.Hurt.Select(hurt => new HurtInfo(store.NameOf(hurt.Snapshot), [.. hurt.Paths.Select(path => "/" + PathText.Show(path.Span))], hurt.MorePaths))],
            time.GetElapsedTime(started));
    }

    private async Task TellAsync(CheckReport report, CheckExtent extent, int slice, CancellationToken cancellationToken)
    {
        if (report.Findings.FirstOrDefault(finding => finding.IsDamage) is { } first)
        {
            await incidents.OpenAsync(null, new IncidentCause.Damaged(null, null, report.Findings.Count(finding => finding.IsDamage), first.Message), cancellationToken);
            await HoldAsync(report.Hurt, cancellationToken);
        }

        // Damaged or not, it was read: other slices have their turn before this one comes again.
        if (extent == CheckExtent.Turn)
            await turns.DoneAsync(slice, cancellationToken);
        if (extent != CheckExtent.Data)
            return;
        await turns.AllDoneAsync(cancellationToken);
        if (!report.IsSound)
            return;
        await guard.AllSoundAsync(cancellationToken);
        await incidents.ResolveAsync(null, IncidentCause.Damaged.Text, null, cancellationToken);
    }

    /// <summary>Holds each server once, with all of its snapshots that are hurt: none of them is its last good one.</summary>
    private async Task HoldAsync(IReadOnlyList<HurtSnapshot> hurt, CancellationToken cancellationToken)
    {
        var known = hurt.Select(one => (Hurt: one, Snapshot: store.ByFile(one.Snapshot.ToString()))).Where(one => one.Snapshot is not null);
        foreach (var server in known.GroupBy(one => one.Snapshot!.ServerId))
        {
            var (first, newest) = server.MaxBy(one => one.Snapshot!.CreatedAt);
            var cause = new IncidentCause.Damaged(newest!.Id, newest.Name, first.Paths.Count, "/" + PathText.Show(first.Paths[0].Span));
            await guard.HoldAsync(server.Key, cause, [.. server.Select(one => one.Snapshot!.Id)], cancellationToken);
        }
    }

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<CheckProgress>
    {
        public void Report(CheckProgress value) => progress.Report(value.Step == CheckStep.Data
            ? new OperationProgress("check", value.Done, value.Total, ProgressUnit.Bytes, null)
            : new OperationProgress("look", value.Done, value.Total, ProgressUnit.None, null));
    }
}
