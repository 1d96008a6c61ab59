using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Pruning;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Plans a prune and carries it out, unless something can still be put back or, when nobody asked, a snapshot wants to begin.</summary>
internal sealed class PruneRepositoryHandler(RepositoryAccess access, CatalogStore catalog, PruneTurns turns, TimeProvider time)
    : IOperationHandler<PruneRepository, PruneRepositoryOutcome>
{
    private const long WorthBytes = 64L << 20;
    private const double WorthShare = 0.05;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    public async Task<PruneRepositoryOutcome> HandleAsync(PruneRepository request, OperationContext context, CancellationToken cancellationToken)
    {
        if (request.When != PruneWhen.Never && Undoable() is { } deleted)
        {
            await turns.AgainAsync(cancellationToken);
            return new PruneRepositoryOutcome.Waits(deleted.Name, new DateTimeOffset(deleted.Until, TimeSpan.Zero));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var way = new CancellationTokenSource();
        await using var registration = way.Token.Register(stop.Cancel);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = request.When == PruneWhen.Pays ? MakeWayAsync(context.Id, way, done.Token) : Task.CompletedTask;
        try
        {
            return await PruneAsync(request.When, context, stop.Token);
        }
        catch (OperationCanceledException) when (way.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Every prefix of a prune's work is safe: what is left, the next one does.
            await turns.AgainAsync(cancellationToken);
            return new PruneRepositoryOutcome.MadeWay();
        }
        finally
        {
            await done.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private async Task<PruneRepositoryOutcome> PruneAsync(PruneWhen when, OperationContext context, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var session = await access.AloneAsync(cancellationToken);
        var pruner = new RepositoryPruner(session.Repository, session.Held, new PruneOptions(), time, new Steps(context.Progress));
        switch (await pruner.PlanAsync(cancellationToken))
        {
            case PrunePlan.NoSnapshots:
                return new PruneRepositoryOutcome.NoSnapshots();
            case PrunePlan.Damaged damaged:
                return new PruneRepositoryOutcome.Damaged(damaged.Reasons);
            case PrunePlan.Ready ready:
                var counts = Counts(ready.Figures);
                if (when == PruneWhen.Never)
                    return new PruneRepositoryOutcome.Planned(counts);
                if (when == PruneWhen.Pays && !Pays(ready.Figures))
                    return new PruneRepositoryOutcome.NotWorthIt(counts);
                await pruner.ExecuteAsync(ready, cancellationToken);
                return new PruneRepositoryOutcome.Pruned(counts, time.GetElapsedTime(started));
            case var other:
                throw new InvalidOperationException($"No plan is called {other}.");
        }
    }

    internal static bool Pays(PruneFigures figures) =>
        figures.BytesFreed >= WorthBytes || (figures.BytesFreed > 0 && figures.BytesFreed >= WorthShare * (figures.UsedBytes + figures.UnusedBytes));

    private DeletedRow? Undoable() =>
        catalog.Read(UpkeepRows.Deleted, "WHERE \"Until\" > @0 ORDER BY \"Until\" DESC LIMIT 1", time.GetUtcNow().UtcTicks).FirstOrDefault();

    /// <summary>Cancels once somebody waits behind this prune: it was nobody's wish, a snapshot is somebody's.</summary>
    private async Task MakeWayAsync(OperationId own, CancellationTokenSource way, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Pace, time);
        do
        {
            if (turns.IsSomebodyWaiting(own))
            {
                await way.CancelAsync();
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static PruneCounts Counts(PruneFigures figures) => new(
        figures.PacksKept, figures.PacksRewritten, figures.PacksRemoved + figures.PacksUnlisted, figures.BytesFreed,
        figures.UsedBytes + figures.UnusedBytesLeft, figures.UnusedBytesLeft);

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<PruneProgress>
    {
        public void Report(PruneProgress value) => progress.Report(new OperationProgress(
            value.Step switch
            {
                PruneStep.RewritingPacks => "rewrite",
                PruneStep.WritingIndex or PruneStep.RemovingIndexes or PruneStep.RemovingPacks => "remove",
                _ => "plan",
            },
            value.Done, value.Total, ProgressUnit.None, null));
    }
}
