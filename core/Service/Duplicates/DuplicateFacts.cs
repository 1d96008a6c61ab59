using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>A container may have been made for a new server. Only one that carries the server's label is ours to remove.</summary>
internal sealed record DuplicateContainerMade(string Name, string Server) : Fact
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var found = await Makings.FindAsync(
            async () => (await engine.Containers.ListAsync(cancellationToken))
                .FirstOrDefault(one => one.Name == Name && one.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == Server),
            context,
            cancellationToken);
        if (found is null)
            return;
        await context.Services.GetRequiredService<RunState>().EnsureStoppedAsync(found.Id, Grace, cancellationToken);
        await Removal.RemoveAsync(engine, found.Id, AnonymousVolumes.Remove, context.Services.GetRequiredService<TimeProvider>(), cancellationToken);
    }
}

/// <summary>A volume may have been made for a new server.</summary>
internal sealed record DuplicateVolumeMade(string Volume, string Server) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var found = await Makings.FindAsync(
            async () => (await engine.Volumes.ListAsync(cancellationToken))
                .FirstOrDefault(one => one.Name.Value == Volume && one.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == Server),
            context,
            cancellationToken);
        if (found is not null)
            await engine.Volumes.RemoveAsync(found.Name, cancellationToken);
    }
}

/// <summary>A network may have been made for a new server.</summary>
internal sealed record DuplicateNetworkMade(string Network, string Server) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var found = await Makings.FindAsync(
            async () => (await engine.Networks.ListAsync(cancellationToken))
                .FirstOrDefault(one => one.Name == Network && one.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == Server),
            context,
            cancellationToken);
        if (found is not null)
            await engine.Networks.RemoveAsync(found.Id, cancellationToken);
    }
}

/// <summary>A new server may be in the catalog.</summary>
internal sealed record DuplicateServerMade(string Server) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        await context.Services.GetRequiredService<DuplicateStore>().RemoveAsync(new ServerId(Server), cancellationToken);
        await context.Services.GetRequiredService<ServerStore>().RemoveAsync(new ServerId(Server), cancellationToken);
    }
}

/// <summary>A server that we made is being removed with all it has. There is no way back from the first thing removed, so who finds this goes on,
/// and then it was done.</summary>
internal sealed record DuplicateRemoved(string Server, string Name) : Fact
{
    public override bool Decides => true;

    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<DuplicateRemoval>().RemoveAsync(new ServerId(Server), cancellationToken);

    public override Task<string?> OutcomeAsync(FactContext context, CancellationToken cancellationToken)
    {
        RemoveDuplicateOutcome removed = new RemoveDuplicateOutcome.Removed(new ServerId(Server), Name);
        return Task.FromResult<string?>(JsonSerializer.Serialize(removed, DuplicatesJson.Default.RemoveDuplicateOutcome));
    }
}

/// <summary>A container may have been made for an image, under a name that holds the operation's id. It never runs, and goes either way.</summary>
internal sealed record ImageContainerMade(string Name) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var found = await Makings.FindAsync(
            async () => (await engine.Containers.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name == Name), context, cancellationToken);
        if (found is not null)
            await Removal.RemoveAsync(engine, found.Id, AnonymousVolumes.Remove, context.Services.GetRequiredService<TimeProvider>(), cancellationToken);
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}

/// <summary>
/// The engine may be making an image of a container, under a name of the operation's own; that goes either way. The engine goes on with it without
/// whoever asked, for seconds a gigabyte, and gives the name at the very end.
/// </summary>
/// <param name="Tag">The name.</param>
/// <param name="Container">The container.</param>
/// <param name="Holds">Whether the container runs, so that the engine pauses it for as long as it is at it.</param>
/// <param name="Seconds">How long it may take where that does not show.</param>
internal sealed record ImageCommitted(string Tag, string Container, bool Holds, double Seconds) : Fact
{
    /// <summary>A pause that lasts longer is nobody's who is still at it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var image = await Makings.FindAsync(
            () => engine.Images.FindAsync(Tag, cancellationToken),

            // It gives the name before it lets go of the container.
            async elapsed => elapsed < TimeSpan.FromSeconds(Seconds) || (Holds && elapsed < Longest && await IsPausedAsync(engine, cancellationToken)),
            context,
            cancellationToken);
        if (image is not null)
            await engine.Images.UntagAsync(ImageTag.Parse(Tag), cancellationToken);
        if (Holds && context.AskedAt is not null)
            await context.Services.GetRequiredService<RunState>().EnsureUnpausedAsync(ContainerId.Parse(Container), cancellationToken);
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);

    private async Task<bool> IsPausedAsync(IDockerEngine engine, CancellationToken cancellationToken) =>
        (await engine.Containers.ListAsync(cancellationToken)).Any(one => one.Id.Value == Container && one.Status == ContainerStatus.Paused);
}

/// <summary>An image was tagged, or a tag moved to it; without the operation it goes again.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Before">The image it named before, or null.</param>
internal sealed record ImagePublished(string Tag, string? Before) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var tag = ImageTag.Parse(Tag);
        var now = await engine.Images.FindAsync(Tag, cancellationToken);
        if (now is null || now.Id.Value == Before)
            return;
        try
        {
            if (Before is not null)
                await engine.Images.TagAsync(ImageId.Parse(Before), tag, cancellationToken);
            else
                await engine.Images.UntagAsync(tag, cancellationToken);
        }
        catch (EngineNotFoundException)
        {
            // The image of before is gone: nothing to go back to.
        }
    }
}
