using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Staging;

namespace SnapshotBot.Service.Restore;

/// <summary>A staging folder may have been made beside or in a live tree; it goes either way.</summary>
internal sealed record StagingMade(string LivePath) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var files = context.Services.GetRequiredService<HostFiles>();
        var name = OwnNames.OfStage(context.Operation.Value);
        foreach (var folder in (string[])[HostFiles.Parent(LivePath), LivePath])
        {
            try
            {
                using var handle = files.OpenFolder(folder);
                TreeRemover.Remove(handle, name, cancellationToken);
            }
            catch (FileSystemException error) when (error.IsNotFound)
            {
                // The live tree itself is gone, and what was in or beside it.
            }
        }

        return Task.CompletedTask;
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}

/// <summary>Live and staged files may have changed places, as the manifest beside the journal says.</summary>
/// <param name="Manifest">The manifest's name in the operation's folder.</param>
/// <param name="Containers">Those that use the files: nothing is exchanged under one that runs, so without an engine to ask, nothing is.</param>
/// <param name="Before">The world of before as it is kept, for what a game writes that runs on the restored files; null when there was none.</param>
internal sealed record FilesSwapped(string Manifest, IReadOnlyList<string> Containers, WorldBefore? Before = null) : Fact
{
    private const uint OnlyOwner = 0x180;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    /// <summary>What was live is in the staging folder, and no game may be started on half a world.</summary>
    public override bool HoldsBack => true;

    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        // First of all: when nothing is left to take back, whoever runs by now is left alone.
        using var folder = DirectoryHandle.OpenRoot(context.Folder);
        var name = Encoding.ASCII.GetBytes(Manifest);
        if (SwapManifest.TryLoad(folder, name) is { } manifest)
        {
            // Something else may have started what we stopped.
            if (await AnyRunsAsync(context, cancellationToken))
                MarkStarted(folder);
            await StopAsync(context, cancellationToken);
            TakeBack(manifest, context.Services.GetRequiredService<HostFiles>());

            // Once only: what is taken back next removes places the manifest names, and a second healing must not look for them.
            folder.RemoveFileIfThere(name);
            folder.Sync();
        }
        else if (IsStarted(folder) && await AnyRunsAsync(context, cancellationToken))
        {
            // All stood still when that was done. Somebody has started the server since, and plays: nothing may be exchanged under him.
            folder.RemoveFileIfThere(StartedName);
        }

        if (IsStarted(folder) && Before is { } before)
            await context.Services.GetRequiredService<WorldReturn>().ReturnAsync(before, context.Operation, cancellationToken);
        folder.RemoveFileIfThere(StartedName);
    }

    /// <summary>Says, durably, that from now on a game may write into the restored files and beside them.</summary>
    public static void MarkStarted(DirectoryHandle operation)
    {
        if (IsStarted(operation))
            return;
        operation.CreateFile(StartedName, OnlyOwner).Dispose();
        operation.Sync();
    }

    private static byte[] StartedName => "started"u8.ToArray();

    private static bool IsStarted(DirectoryHandle operation) => operation.TryStat(StartedName, out _);

    private static void TakeBack(SwapManifest manifest, HostFiles files)
    {
        if (new Swapper(manifest, files.OpenFolder).TakeBack() is SwapOutcome.TakenBack { Stranded: [var first, ..] stranded })
            throw new WayBackBarredException(PathText.Show(first), stranded.Count, manifest.Trees[0].StagingPath);
    }

    private async Task<bool> AnyRunsAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        return (await engine.Containers.ListAsync(cancellationToken)).Any(one =>
            Containers.Contains(one.Id.Value) && one.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting);
    }

    private async Task StopAsync(FactContext context, CancellationToken cancellationToken)
    {
        var runState = context.Services.GetRequiredService<RunState>();
        foreach (var container in Containers.Select(ContainerId.Parse))
        {
            await runState.EnsureStoppedAsync(container, Grace, cancellationToken);

            // It had its restart policy back with its start. An engine that restarts now must not start it on half a world; the policy comes back last.
            await runState.EnsurePolicyAsync(container, RestartPolicy.None, cancellationToken);
        }
    }
}

/// <summary>The world as it was when all was stopped.</summary>
/// <param name="Snapshot">The safety snapshot's id.</param>
/// <param name="Tree">Its root tree.</param>
/// <param name="Layers">Where containers' layers were on the host; where mounts were the snapshot says.</param>
internal sealed record WorldBefore(string Snapshot, string Tree, IReadOnlyList<LayerBefore> Layers);

internal sealed record LayerBefore(string Container, string Upper);

/// <summary>Something stands where files of before the restore belong; they are kept beside it.</summary>
internal sealed class WayBackBarredException(string path, int count, byte[] staging) : IOException(
    $"{(count == 1 ? path : $"{path} and {count - 1} more")} can't be put back, for something else stands in the way. What belongs there is safe in "
    + $"{PathText.Show(staging)} or a folder of that name beside it: take what stands in the way aside.");

/// <summary>A helper container runs that does nothing; it goes either way.</summary>
internal sealed record HelperStarted(string Container, string Image) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        if (await Makings.FindAsync(() => FindAsync(engine, cancellationToken), context, cancellationToken) is { } helper)
        {
            await context.Services.GetRequiredService<RunState>().EnsureStoppedAsync(helper.Id, TimeSpan.Zero, cancellationToken);
            await Removal.RemoveAsync(engine, helper.Id, AnonymousVolumes.Keep, context.Services.GetRequiredService<TimeProvider>(), cancellationToken);
        }

        // Another operation's helper may be made of it still; the last one takes it away.
        var all = await engine.Containers.ListAsync(cancellationToken);
        if (all.All(one => one.Name == Container || one.Image != Image) && await engine.Images.FindAsync(Image, cancellationToken) is not null)
            await engine.Images.UntagAsync(ImageTag.Parse(Image), cancellationToken);
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);

    private async Task<ContainerSummary?> FindAsync(IDockerEngine engine, CancellationToken cancellationToken) =>
        (await engine.Containers.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name == Container);
}

/// <summary>An image was loaded that the engine did not have; without the operation it goes again, unless somebody has use for it by now.</summary>
/// <param name="Image">Its id in the snapshot.</param>
/// <param name="Layers">Its layers: an engine of the other kind gives it another id.</param>
/// <param name="Named">The name it was given, where that is one.</param>
internal sealed record ImageLoaded(string Image, IReadOnlyList<string> Layers, string Named) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var loaded = await Makings.FindAsync(() => LookAsync(engine, cancellationToken), context, cancellationToken);
        if (loaded is null || loaded.Tags.Any(tag => !ImageTag.TryParse(Named, out var named) || tag != named.ToString()))
            return;
        try
        {
            await engine.Images.RemoveAsync(loaded.Id, cancellationToken);
        }
        catch (EngineException error) when (error is EngineConflictException or EngineNotFoundException)
        {
            // A container is made of it, or it went meanwhile.
        }
    }

    private async Task<ImageDetails?> LookAsync(IDockerEngine engine, CancellationToken cancellationToken) =>
        await ImageRestore.FindAsync(engine, Image, Layers, cancellationToken) is { } id ? await engine.Images.InspectAsync(id, cancellationToken) : null;
}

/// <summary>A folder was made that a container mounts and that had been missing, with those above it; what is empty of them goes again.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Top">The uppermost one that was missing.</param>
internal sealed record FolderMade(string Folder, string Top) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var files = context.Services.GetRequiredService<HostFiles>();
        for (var folder = Folder; folder.Length >= Top.Length; folder = HostFiles.Parent(folder))
        {
            if (files.Status(folder) is null)
                continue;
            using var parent = files.OpenFolder(HostFiles.Parent(folder));
            if (!parent.TryRemoveEmptyDirectory(HostFiles.Name(folder)))
                break;
            parent.Sync();
        }

        return Task.CompletedTask;
    }
}

/// <summary>A volume was made that had been missing.</summary>
internal sealed record VolumeMade(string Volume) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var made = await Makings.FindAsync(
            async () => (await engine.Volumes.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name.Value == Volume), context, cancellationToken);
        if (made is not null)
            await engine.Volumes.RemoveAsync(made.Name, cancellationToken);
    }
}

/// <summary>A network was made that had been missing.</summary>
internal sealed record NetworkMade(string Network) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        if (await Makings.FindAsync(() => engine.Networks.FindAsync(Network, cancellationToken), context, cancellationToken) is { } network)
            await engine.Networks.RemoveAsync(network.Id, cancellationToken);
    }
}

/// <summary>A container was made under a name of its own, which says whose it is.</summary>
internal sealed record ContainerMade(string TemporaryName, string Name) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        // Its renaming, a later fact, is taken back before.
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        var made = await Makings.FindAsync(
            async () => (await engine.Containers.ListAsync(cancellationToken)).FirstOrDefault(one => one.Name == TemporaryName), context, cancellationToken);
        if (made is not null)
            await Removal.RemoveAsync(engine, made.Id, AnonymousVolumes.Keep, context.Services.GetRequiredService<TimeProvider>(), cancellationToken);
    }
}

/// <summary>A container has another name.</summary>
internal sealed record ContainerRenamed(string Container, string From, string To) : Fact
{
    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        try
        {
            var details = await engine.Containers.InspectAsync(ContainerId.Parse(Container), cancellationToken);
            if (details.Name == To)
                await engine.Containers.RenameAsync(details.Id, EngineName.Parse(From), cancellationToken);
        }
        catch (EngineNotFoundException)
        {
            // One that removes itself when it stops can't get its name back.
        }
    }
}

/// <summary>A container stands aside for a new one and goes as soon as that is up.</summary>
internal sealed record ContainerReplaced(string Container, string Name) : Fact
{
    /// <summary>Before its restart policy comes back, for then a restarting engine would start it on the new one's world.</summary>
    public override bool FinishesFirst => true;

    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    public override async Task FinishAsync(FactContext context, CancellationToken cancellationToken)
    {
        var engine = await context.Services.GetRequiredService<EngineConnection>().GetAsync(cancellationToken);
        await Removal.RemoveAsync(engine, ContainerId.Parse(Container), AnonymousVolumes.Keep, context.Services.GetRequiredService<TimeProvider>(), cancellationToken);
    }
}
