using System.Text.Json.Serialization;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Remove a server that we made, with its containers, volumes and networks. Its snapshots stay.</summary>
/// <param name="Server">Which one.</param>
/// <param name="UnlessUsedSince">Asked for by nobody but its end: only while it is as it was stopped then, neither kept nor started again.</param>
public sealed record RemoveDuplicate(ServerId Server, DateTimeOffset? UnlessUsedSince = null) : OperationRequest<RemoveDuplicateOutcome>
{
    public const string KindText = "server remove";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Removed), "removed")]
[JsonDerivedType(typeof(StillWanted), "still-wanted")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record RemoveDuplicateOutcome
{
    private RemoveDuplicateOutcome()
    {
    }

    public sealed record Removed(ServerId Id, string Name) : RemoveDuplicateOutcome;

    /// <summary>It was kept or started again since its end: nothing was done.</summary>
    public sealed record StillWanted(ServerId Server) : RemoveDuplicateOutcome;

    public sealed record Refused(Refusal Refusal) : RemoveDuplicateOutcome;
}

/// <summary>Removes on request what carries the label of a server that we made, and nothing else.</summary>
internal sealed class RemoveDuplicateHandler(ServerStore servers, DuplicateStore duplicates, ContainerLocator locator, DuplicateRemoval removal)
    : IOperationHandler<RemoveDuplicate, RemoveDuplicateOutcome>
{
    public async Task<RemoveDuplicateOutcome> HandleAsync(RemoveDuplicate request, OperationContext context, CancellationToken cancellationToken)
    {
        var server = servers.Get(request.Server);
        if (duplicates.Find(server.Id) is null)
            return new RemoveDuplicateOutcome.Refused(new Refusal.NotMadeHere(server.Name));
        if (request.UnlessUsedSince is { } stopped && await IsUsedAsync(server, stopped, cancellationToken))
            return new RemoveDuplicateOutcome.StillWanted(server.Id);

        // The last moment at which nothing was touched.
        cancellationToken.ThrowIfCancellationRequested();
        await context.Journal.WriteAsync(new DuplicateRemoved(server.Id.Value, server.Name), cancellationToken);
        context.Progress.Report(OperationProgress.At("clear-away", server.Name));
        await removal.RemoveAsync(server.Id, CancellationToken.None);
        return new RemoveDuplicateOutcome.Removed(server.Id, server.Name);
    }

    /// <summary>It waited for its turn, hours perhaps: what was so when it was asked for need not be so now.</summary>
    private async Task<bool> IsUsedAsync(GameServer server, DateTimeOffset stopped, CancellationToken cancellationToken) =>
        duplicates.Find(server.Id) is not { EndsAt: not null, StoppedAt: { } at } || at != stopped
        || !(await locator.LocateAsync(server, cancellationToken)).All(one => one.State is ServerState.Stopped or ServerState.Missing);
}

/// <summary>
/// Takes a duplicate away. Doing it again after half of it was done completes it. A label alone makes no container the duplicate's: it can come
/// with an image that was made of one.
/// </summary>
internal sealed class DuplicateRemoval(EngineConnection connection, RunState runState, ServerStore servers, DuplicateStore duplicates, ServiceOptions options, TimeProvider time)
{
    public async Task RemoveAsync(ServerId server, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var known = servers.Find(server)?.Containers ?? [];
        var own = (await engine.Containers.ListAsync(cancellationToken))
            .Where(one => IsOurs(one.Labels) && known.Any(reference => reference.Id == one.Id.Value || reference.Name == one.Name));
        foreach (var container in own.Reverse())
        {
            // What starts it again by its policy would run on a volume half removed.
            await runState.EnsurePolicyAsync(container.Id, RestartPolicy.None, cancellationToken);
            await runState.EnsureStoppedAsync(container.Id, options.StopGrace, cancellationToken);
            await Removal.RemoveAsync(engine, container.Id, AnonymousVolumes.Remove, time, cancellationToken);
        }

        foreach (var volume in (await engine.Volumes.ListAsync(cancellationToken)).Where(one => IsOurs(one.Labels)))
            await IgnoreGoneAsync(() => engine.Volumes.RemoveAsync(volume.Name, cancellationToken));
        foreach (var network in (await engine.Networks.ListAsync(cancellationToken)).Where(one => IsOurs(one.Labels)))
            await IgnoreGoneAsync(() => engine.Networks.RemoveAsync(network.Id, cancellationToken));
        await duplicates.RemoveAsync(server, cancellationToken);
        await servers.RemoveAsync(server, cancellationToken);

        bool IsOurs(IReadOnlyDictionary<string, string> labels) => labels.GetValueOrDefault(DuplicateLabels.Duplicate) == server.Value;
    }

    private static async Task IgnoreGoneAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (EngineNotFoundException)
        {
            // Gone already.
        }
    }
}
