using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// A container started with <c>--rm</c> takes itself, its layer and its unnamed volumes with it when it stops. So before the stop another one
/// is made from its definition, which holds the volumes, and is lent the layer's directory: both change places while the old one runs on in
/// it. When the old one is gone, the new one is the server's container, whatever becomes of the restore.
/// </summary>
internal sealed class StandIns(EngineConnection connection, HostFiles files, NewLayerFinder layers, ServerStore servers, TimeProvider time)
{
    /// <summary>Whether stopping a container removes it.</summary>
    public static bool IsNeeded(InspectedContainer container) => container.Details is { IsRemovedOnStop: true, State.IsRunning: true };

    /// <summary>Trees to be staged before the stop: what goes with its container has nothing beside it that would last.</summary>
    public static IReadOnlyList<PlannedTree> Lasting(RestorePlan plan, IReadOnlyList<PlannedTree> trees) =>
        [.. trees.Select(tree => tree.LayerOf is { } name && plan.Live.Containers.Any(one => one.Name == name && IsNeeded(one)) ? tree with { LivePath = null } : tree)];

    /// <summary>Makes a stand-in for every running container that removes itself.</summary>
    public async Task<IReadOnlyList<StandIn>> MakeAsync(RestorePlan plan, OperationContext context, CancellationToken cancellationToken)
    {
        var made = new List<StandIn>();
        foreach (var container in plan.Live.Containers.Where(IsNeeded))
            made.Add(await MakeAsync(container, made.Count, context, cancellationToken));
        return made;
    }

    /// <summary>Gives the stand-ins the names of those that are gone now.</summary>
    public async Task TakeOverAsync(RestorePlan plan, IReadOnlyList<StandIn> standIns, CancellationToken cancellationToken)
    {
        if (standIns.Count == 0)
            return;
        var engine = await connection.GetAsync(cancellationToken);
        foreach (var standIn in standIns)
        {
            if (await SelfRemoving.IsThereAsync(engine, standIn.Original.Details.Id, time, cancellationToken))
                throw new RunStateChangedException(standIn.Original.Name);
            await engine.Containers.RenameAsync(standIn.Id, EngineName.Parse(standIn.Original.Name), CancellationToken.None);
        }

        await servers.SetContainersAsync(
            plan.Live.Server.Id,
            [.. servers.Get(plan.Live.Server.Id).Containers.Select(reference => standIns.FirstOrDefault(one => one.Original.Details.Id.Value == reference.Id) is { } standIn
                ? new ContainerReference(standIn.Original.Name, standIn.Id.Value, standIn.Upper)
                : reference)],
            CancellationToken.None);
    }

    /// <summary>The plan with stand-ins in the place of those that are gone; their run states are those from before.</summary>
    public static RestorePlan Replace(RestorePlan plan, IReadOnlyList<StandIn> standIns)
    {
        if (standIns.Count == 0)
            return plan;
        var now = standIns.ToDictionary(
            one => one.Original.Details.Id,
            one => new InspectedContainer(one.Original.Details with { Id = one.Id }, one.Original.Layer with { Upper = one.Upper }));
        return plan with
        {
            Live = plan.Live with { Containers = [.. plan.Live.Containers.Select(Now)] },
            Containers = [.. plan.Containers.Select(one => one with { Live = one.Live is { } live ? Now(live) : null })],
        };

        InspectedContainer Now(InspectedContainer container) => now.GetValueOrDefault(container.Details.Id, container);
    }

    /// <summary>Trees with the places where layers are now.</summary>
    public static IReadOnlyList<PlannedTree> Replace(IReadOnlyList<PlannedTree> trees, IReadOnlyList<StandIn> standIns) =>
        [.. trees.Select(tree => tree.LayerOf is { } name && tree.LivePath is not null && standIns.FirstOrDefault(one => one.Original.Name == name) is { } standIn
            ? tree with { LivePath = standIn.Upper }
            : tree)];

    private async Task<StandIn> MakeAsync(InspectedContainer container, int number, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var name = EngineName.Parse(PassingNames.New(container.Name, context.Id, number));
        var store = container.Layer.Upper is null ? null : await layers.LookAsync(engine, context, cancellationToken);
        var id = await Makings.MakeAsync(
            context.Journal,
            new StandInMade(name.Value, container.Name, container.Details.Id.Value, container.Details.State.IsPaused),
            () => engine.Containers.CreateAsync(container.Details.Definition.Lasting(), name, CancellationToken.None),
            cancellationToken);
        if (container.Layer.Upper is not { } from)
            return new StandIn(container, id, null);
        var to = await layers.FindAsync(engine, await engine.Containers.InspectAsync(id, cancellationToken), store, cancellationToken);
        var inode = files.Status(from)?.Inode ?? throw new RefusedException(new Refusal.LayerUnreachable(container.Name, LayerFault.NotOnThisHost));
        await context.Journal.WriteAsync(new LayerLent(container.Details.Id.Value, from, to, inode), cancellationToken);
        LayerLent.Exchange(files, from, to);
        return new StandIn(container, id, to);
    }
}

/// <summary>A container made to take the place of one that removes itself.</summary>
/// <param name="Original">The one that does, as it was while it ran.</param>
/// <param name="Id">The new one.</param>
/// <param name="Upper">Where the layer is from now on; null when it can't be reached.</param>
internal sealed record StandIn(InspectedContainer Original, ContainerId Id, string? Upper);

/// <summary>Tells a container that removes itself and is about to from one that is still there.</summary>
internal static class SelfRemoving
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until it is gone or surely stays.</summary>
    /// <exception cref="RunStateChangedException">Neither, for a minute.</exception>
    public static async Task<bool> IsThereAsync(IDockerEngine engine, ContainerId id, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            var summary = (await engine.Containers.ListAsync(cancellationToken)).FirstOrDefault(one => one.Id == id);
            if (summary is null)
                return false;
            if (summary.Status is ContainerStatus.Running or ContainerStatus.Paused)
                return true;
            if (time.GetElapsedTime(since) > Limit)
                throw new RunStateChangedException(summary.Name);
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
