using System.Text.Json.Serialization;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>A duplicate's time is over: stop it, for good unless somebody starts it again.</summary>
public sealed record EndDuplicate(ServerId Server) : OperationRequest<EndDuplicateOutcome>
{
    public const string KindText = "duplicate end";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Ended), "ended")]
[JsonDerivedType(typeof(Kept), "kept")]
public abstract record EndDuplicateOutcome
{
    private EndDuplicateOutcome()
    {
    }

    /// <param name="Server">The server that is stopped.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="RemovedAt">When it goes unless it is kept.</param>
    public sealed record Ended(ServerId Server, string Name, DateTimeOffset RemovedAt) : EndDuplicateOutcome;

    /// <summary>Its end was taken away, moved, or it is gone: nothing was done.</summary>
    public sealed record Kept(ServerId Server) : EndDuplicateOutcome;
}

/// <summary>Stops duplicates whose time is over.</summary>
internal sealed class EndDuplicateHandler(
    ServerStore servers, DuplicateStore duplicates, ContainerLocator locator, RunState runState, ServiceOptions options, TimeProvider time)
    : IOperationHandler<EndDuplicate, EndDuplicateOutcome>
{
    public async Task<EndDuplicateOutcome> HandleAsync(EndDuplicate request, OperationContext context, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (servers.Find(request.Server) is not { } server || duplicates.Find(server.Id) is not { } duplicate || duplicate.EndsAt is not { } ends || ends > now
            || duplicate.StoppedAt is not null)
            return new EndDuplicateOutcome.Kept(request.Server);
        foreach (var container in (await locator.LocateAsync(server, cancellationToken)).Select(one => one.Summary).OfType<ContainerSummary>().Reverse())
        {
            // An engine that restarts would start it again by its policy.
            await runState.EnsurePolicyAsync(container.Id, RestartPolicy.None, cancellationToken);
            context.Progress.Report(OperationProgress.At("stop", container.Name));
            await runState.EnsureStoppedAsync(container.Id, options.StopGrace, cancellationToken);
        }

        await duplicates.SetEndAsync(server.Id, ends, now, CancellationToken.None);
        return new EndDuplicateOutcome.Ended(server.Id, server.Name, now + DuplicateEnds.KeptStopped);
    }
}
