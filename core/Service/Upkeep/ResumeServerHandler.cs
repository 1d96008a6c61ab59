using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Ends a hold: the measure is what is there now, the guard's own lock goes, its incidents are over.</summary>
internal sealed class ResumeServerHandler(Holds holds, LastGoodGuard guard, Incidents incidents, SnapshotEditor editor, SnapshotStore store, ServerStore servers)
    : IOperationHandler<ResumeServer, ResumeServerOutcome>
{
    private static readonly string[] Words =
    [
        IncidentCause.WorldShrank.Text, IncidentCause.CrashLoop.Text, IncidentCause.Killed.Text, IncidentCause.Damaged.Text, IncidentCause.DoesNotBoot.Text,
    ];

    public async Task<ResumeServerOutcome> HandleAsync(ResumeServer request, OperationContext context, CancellationToken cancellationToken)
    {
        var name = servers.Get(request.Server).Name;
        if (holds.Of(request.Server) is not { } hold)
            return new ResumeServerOutcome.NotHeld(name);
        await guard.AcceptAsync(request.Server, cancellationToken);
        var unlocked = hold is { LockedHere: true, LastGood: { } good } && store.Find(good) is { Locked: true }
            ? await editor.ChangeAsync(good, tags => tags with { IsLocked = false }, cancellationToken)
            : null;
        await holds.RemoveAsync(request.Server, cancellationToken);
        foreach (var word in Words)
            await incidents.ResolveAsync(request.Server, word, null, cancellationToken);
        return new ResumeServerOutcome.Resumed(name, hold.Cause, unlocked);
    }
}
