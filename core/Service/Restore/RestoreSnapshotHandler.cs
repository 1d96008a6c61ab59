using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>Restores on request. What was begun is taken back before a refusal is told.</summary>
internal sealed class RestoreSnapshotHandler(RestoreWorkflow workflow) : IOperationHandler<RestoreSnapshot, RestoreOutcome>
{
    public async Task<RestoreOutcome> HandleAsync(RestoreSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        Refusal refusal;
        try
        {
            return await workflow.RestoreAsync(request, context, cancellationToken);
        }
        catch (RefusedException refused)
        {
            refusal = refused.Refusal;
        }
        catch (RunStateChangedException changed)
        {
            refusal = new Refusal.RunStateChanged(changed.Container);
        }

        await context.TakeBackAsync();
        return new RestoreOutcome.Refused(refusal);
    }
}
