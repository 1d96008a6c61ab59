using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Forgets what no policy keeps: after the guard has looked, and after the newest was read back and is good.</summary>
internal sealed class ExpireSnapshotsHandler(
    RepositoryAccess access, SnapshotView view, SnapshotStore store, SnapshotEditor editor, RetentionReads retention, LastGoodGuard guard, SnapshotVerifier verifier, TimeProvider time)
    : IOperationHandler<ExpireSnapshots, ExpireSnapshotsOutcome>
{
    public async Task<ExpireSnapshotsOutcome> HandleAsync(ExpireSnapshots request, OperationContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(OperationProgress.At("plan"));
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        if (await guard.ExamineAsync(request.Server, cancellationToken) is { } cause)
        {
            await guard.HoldAsync(request.Server, cause, [], cancellationToken);
            return new ExpireSnapshotsOutcome.Held(cause);
        }

        var decision = retention.Decide(request.Server);
        if (decision.Forgotten.Count == 0)
            return new ExpireSnapshotsOutcome.Expired([], decision.Kept.Count);

        // The way back of a restore says nothing of the world that was saved last.
        var all = retention.All(request.Server);
        var newest = all.FirstOrDefault(one => one.Reason != "safety") ?? all[0];
        if (newest.VerifiedAt is null && !await IsGoodAsync(newest, context, cancellationToken))
            return new ExpireSnapshotsOutcome.NotVerified(newest);

        var gone = new List<SnapshotInfo>();
        context.Progress.Report(OperationProgress.At("expire"));
        foreach (var snapshot in decision.Forgotten.Select(one => one.Snapshot).Reverse())
        {
            using var turn = await editor.TakeTurnAsync(cancellationToken);

            // What counts is what the repository says now: somebody may have locked it, or begun to work with it, since the plan.
            await view.SyncAsync(session, cancellationToken);
            if (store.Find(snapshot.Id) is not { Locked: false } now || now.UndoUntil > time.GetUtcNow() || retention.IsInUse(now.Id))
                continue;
            await turn.DeleteAsync(session, now.Id, cancellationToken);
            gone.Add(now);
        }

        return new ExpireSnapshotsOutcome.Expired(gone, retention.All(request.Server).Count);
    }

    private async Task<bool> IsGoodAsync(SnapshotInfo newest, OperationContext context, CancellationToken cancellationToken)
    {
        if (await verifier.VerifyAsync(newest.Id, context.Progress, cancellationToken) is not VerifySnapshotOutcome.Damaged damaged)
            return true;
        await guard.HoldAsync(damaged, cancellationToken);
        return false;
    }
}
