using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>A container may have been made for a new server. Only one that carries the server's label is ours to remove.</summary>
internal sealed record DuplicateContainerMade(string Name, string Server) : Fact
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var found = (await engine.Containers.ListAsync(cancellationToken))
            .FirstOrDefault(one => one.Name == Name && one.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == Server);
        if (found is null)
            return;
        await context.Services.GetRequiredService<RunState>().EnsureStoppedAsync(found.Id, Grace, cancellationToken);
        await engine.Containers.RemoveAsync(found.Id, AnonymousVolumes.Remove, cancellationToken);
    }
}

/// <summary>A volume may have been made for a new server.</summary>
internal sealed record DuplicateVolumeMade(string Volume, string Server) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        if ((await engine.Volumes.ListAsync(cancellationToken)).Any(one => one.Name.Value == Volume && one.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == Server))
            await engine.Volumes.RemoveAsync(EngineName.Parse(Volume), cancellationToken);
    }
}

/// <summary>A network may have been made for a new server.</summary>
internal sealed record DuplicateNetworkMade(string Network, string Server) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        foreach (var network in (await engine.Networks.ListAsync(cancellationToken))
            .Where(one => one.Name == Network && one.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == Server))
            await engine.Networks.RemoveAsync(network.Id, cancellationToken);
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

/// <summary>A server that we made is being removed with all it has. There is no way back from the first thing removed, so who finds this goes on.</summary>
internal sealed record DuplicateRemoved(string Server) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<DuplicateRemoval>().RemoveAsync(new ServerId(Server), cancellationToken);
}

/// <summary>A container may have been made for an image, under a name that holds the operation's id. It never runs.</summary>
internal sealed record ImageContainerMade(string Name) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        if ((await engine.Containers.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name == Name) is { } found)
            await engine.Containers.RemoveAsync(found.Id, AnonymousVolumes.Remove, cancellationToken);
    }
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
