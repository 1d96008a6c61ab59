using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Makes what a plan says, each thing in the journal before it is there: networks, volumes with their content, containers with their
/// layers. Nothing of the original is opened.</summary>
internal sealed class DuplicateMaker(EngineConnection connection, HostFiles files, NewLayerFinder layers)
{
    /// <summary>Makes all of it, stopped; the containers' ids in starting order.</summary>
    public async Task<IReadOnlyList<ContainerReference>> MakeAsync(
        DuplicatePlan plan, ServerId server, RepositorySession session, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        foreach (var network in plan.Networks)
        {
            await Makings.MakeAsync(
                context.Journal,
                new DuplicateNetworkMade(network.Name.Value, server.Value),
                () => engine.Networks.CreateAsync(NetworkDefinition.Create(network.Name, Labels(server), network.Reach), CancellationToken.None),
                cancellationToken);
        }

        var filler = await TreeFiller.OfAsync(session, plan.Root, files, context.Progress, cancellationToken);
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var volume in plan.Volumes)
        {
            var path = await MakeVolumeAsync(engine, volume, server, context, cancellationToken);
            folders[volume.Name.Value] = path;
            await filler.FillAsync(volume.Mount.Folder!, path, plan.Bytes, cancellationToken);
            Blank(plan, filler, volume.Mount.Folder!, path);
        }

        var made = new List<ContainerReference>();
        foreach (var container in plan.Containers)
        {
            context.Progress.Report(OperationProgress.At("recreate", container.Name.Value));
            made.Add(await MakeContainerAsync(engine, plan, container, server, session, filler, folders, context, cancellationToken));
        }

        return made;
    }

    private async Task<ContainerReference> MakeContainerAsync(
        IDockerEngine engine,
        DuplicatePlan plan,
        DuplicateContainer container,
        ServerId server,
        RepositorySession session,
        TreeFiller filler,
        Dictionary<string, string> folders,
        OperationContext context,
        CancellationToken cancellationToken)
    {
        var image = await ImageRestore.EnsureAsync(
            engine, files, session, plan.Document, plan.Root, container.Document, container.Definition.Image, context.Journal, cancellationToken);
        var needsLayer = container.Document.Layer is not null || container.Files.Any(file => file.Volume is null);
        var store = needsLayer ? await layers.LookAsync(engine, context, cancellationToken) : null;
        var id = await Makings.MakeAsync(
            context.Journal,
            new DuplicateContainerMade(container.Name.Value, server.Value),
            () => engine.Containers.CreateAsync(container.Definition.WithImage(image), container.Name, CancellationToken.None),
            cancellationToken);
        string? upper = null;
        if (needsLayer)
            upper = await layers.FindAsync(engine, await engine.Containers.InspectAsync(id, cancellationToken), store, cancellationToken);
        if (container.Document.Layer is { } layer)
        {
            await filler.FillAsync(layer, upper!, plan.Bytes, cancellationToken);
            Blank(plan, filler, layer, upper!);
        }

        foreach (var file in container.Files)
        {
            var top = file.Volume is { } volume ? folders[volume.Value] : upper!;
            await filler.PlaceAsync(file.Mount, top, file.Path, cancellationToken);
            if (plan.SecretFiles.Any(one => one.Folder == file.Mount.Folder))
                filler.Blank(top, System.Text.Encoding.UTF8.GetBytes(file.Path));
        }

        return new ContainerReference(container.Name.Value, id.Value, upper);
    }

    private static async Task<string> MakeVolumeAsync(
        IDockerEngine engine, DuplicateVolume volume, ServerId server, OperationContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(OperationProgress.At("copy", volume.Name.Value));
        var made = await Makings.MakeAsync(
            context.Journal,
            new DuplicateVolumeMade(volume.Name.Value, server.Value),
            () => engine.Volumes.CreateAsync(VolumeDefinition.Create(volume.Name, Labels(server)), CancellationToken.None),
            cancellationToken);
        return made.MountPoint.Length > 0 && made.Labels.GetValueOrDefault(DuplicateLabels.Duplicate) == server.Value
            ? made.MountPoint
            : throw new RefusedException(new Refusal.NameInUse(volume.Name.Value));
    }

    private static void Blank(DuplicatePlan plan, TreeFiller filler, string folder, string path)
    {
        foreach (var (_, file) in plan.SecretFiles.Where(one => one.Folder == folder))
            filler.Blank(path, file);
    }

    private static Dictionary<string, string> Labels(ServerId server) =>
        new(StringComparer.Ordinal) { [DuplicateLabels.Duplicate] = server.Value };
}
