using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Restore;

/// <summary>A container was made to take the place of one that removes itself when it stops. While that one is there, the new one goes; once it
/// is gone, the new one is the server's container and runs in its place.</summary>
internal sealed record StandInMade(string TemporaryName, string Name, string Original, bool WasPaused) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var time = context.Services.GetRequiredService<TimeProvider>();
        var isThere = await SelfRemoving.IsThereAsync(engine, ContainerId.Parse(Original), time, cancellationToken);
        if (isThere)
        {
            var unused = await Makings.FindAsync(
                async () => (await engine.Containers.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name == TemporaryName), context, cancellationToken);
            if (unused is not null)
                await Removal.RemoveAsync(engine, unused.Id, AnonymousVolumes.Keep, time, cancellationToken);
            return;
        }

        var all = await engine.Containers.ListAsync(cancellationToken);
        var made = all.FirstOrDefault(one => one.Name == TemporaryName);
        if (made is not null)
            await engine.Containers.RenameAsync(made.Id, EngineName.Parse(Name), cancellationToken);
        if ((made ?? all.FirstOrDefault(one => one.Name == Name)) is { } now)
            await context.Services.GetRequiredService<RunState>().EnsureRunningAsync(now.Id, WasPaused, cancellationToken);
    }
}

/// <summary>The layer directory of a container that removes itself and that of its stand-in changed places. It goes back only while its owner is
/// there: else it would be removed with it.</summary>
internal sealed record LayerLent(string Original, string From, string To, ulong Inode) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var files = context.Services.GetRequiredService<HostFiles>();
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var time = context.Services.GetRequiredService<TimeProvider>();
        if (files.Status(To)?.Inode == Inode && await SelfRemoving.IsThereAsync(engine, ContainerId.Parse(Original), time, cancellationToken))
            Exchange(files, From, To);
    }

    /// <summary>Lets two directories of one file system change places.</summary>
    public static void Exchange(HostFiles files, string one, string other)
    {
        using var parent = files.OpenFolder(HostFiles.Parent(one));
        using var otherParent = files.OpenFolder(HostFiles.Parent(other));
        parent.Exchange(HostFiles.Name(one), otherParent, HostFiles.Name(other));
        parent.Sync();
        otherParent.Sync();
    }
}
