using System.Text.Json;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Restore;

/// <summary>Makes what a restore needs and the host does not have: volumes, folders, networks, images, containers. Every making is in the journal
/// before it is done.</summary>
internal sealed class Recreation(EngineConnection connection, HostFiles files, NewLayerFinder layers, VolumePins pins)
{
    /// <summary>Makes missing volumes and folders of binds, and says where the trees are then.</summary>
    public async Task<IReadOnlyList<PlannedTree>> MakeRoomAsync(
        RestorePlan plan, IReadOnlyList<PathMap> maps, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var trees = new List<PlannedTree>();
        foreach (var tree in plan.Trees)
        {
            if (tree.LivePath is not null || tree.Mount is null)
            {
                trees.Add(tree);
                continue;
            }

            if (tree.Mount.Volume is { } name)
            {
                var definition = plan.Document.Volumes.Select(one => VolumeDefinition.Parse(Bytes(one))).First(one => one.Name == name);
                trees.Add(tree with { LivePath = await MakeVolumeAsync(engine, definition, tree.Mount, context, cancellationToken) });
                continue;
            }

            var source = RestorePlanner.Mapped(tree.Mount.Source, maps);
            var folder = tree.Mount.File is null ? source : HostFiles.Parent(source);
            await MakeFoldersAsync(folder, context.Journal, cancellationToken);
            trees.Add(tree with { LivePath = folder });
        }

        return trees;
    }

    /// <summary>Makes the new containers beside the old ones, stopped and with nothing that starts them, and finds their layers.</summary>
    public async Task<IReadOnlyList<MadeContainer>> MakeContainersAsync(
        RestorePlan plan, RepositorySession session, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        await MakeNetworksAsync(engine, plan, context.Journal, cancellationToken);
        var made = new List<MadeContainer>();
        foreach (var container in plan.Recreated)
        {
            context.Progress.Report(OperationProgress.At("recreate", container.Name));
            await RequireFreeNameAsync(engine, container, cancellationToken);
            var image = await ImageRestore.EnsureAsync(engine, files, session, plan, container, context.Journal, cancellationToken);
            var definition = container.Definition.Lasting().WithImage(image).WithRestartPolicy(RestartPolicy.None);
            var name = EngineName.Parse(PassingNames.New(container.Name, context.Id));
            var store = container.Document.Layer is null ? null : await layers.LookAsync(engine, context, cancellationToken);
            var id = await Makings.MakeAsync(
                context.Journal,
                new ContainerMade(name.Value, container.Name),
                () => engine.Containers.CreateAsync(definition, name, CancellationToken.None),
                cancellationToken);
            var details = await engine.Containers.InspectAsync(id, cancellationToken);
            var upper = container.Document.Layer is null ? null : await layers.FindAsync(engine, details, store, cancellationToken);
            made.Add(new MadeContainer(container, id, name.Value, upper));
        }

        return made;
    }

    /// <summary>Gives the new containers the names of the old, which stand aside until the operation is done.</summary>
    public async Task TakeNamesAsync(IReadOnlyList<MadeContainer> made, RestorePlan plan, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        foreach (var one in made)
        {
            if (plan.Containers.First(planned => planned.Name == one.Plan.Name).Live is { } old)
            {
                var aside = PassingNames.Old(one.Plan.Name, context.Id);
                await context.Journal.WriteAsync(new ContainerReplaced(old.Details.Id.Value, aside), cancellationToken);
                await RenameAsync(engine, old.Details.Id, old.Name, aside, context.Journal, cancellationToken);
            }

            await RenameAsync(engine, one.Id, one.TemporaryName, one.Plan.Name, context.Journal, cancellationToken);
        }
    }

    /// <summary>The restart policy a definition asks for.</summary>
    public static RestartPolicy PolicyOf(PlannedContainer container)
    {
        var policy = container.Document.Definition.GetProperty("HostConfig").TryGetProperty("RestartPolicy", out var value) ? value : default;
        var name = policy.ValueKind == JsonValueKind.Object && policy.TryGetProperty("Name", out var text) ? text.GetString() : null;
        var retries = policy.ValueKind == JsonValueKind.Object && policy.TryGetProperty("MaximumRetryCount", out var count) ? count.GetInt32() : 0;
        return name switch
        {
            "always" => new(RestartPolicyKind.Always, 0),
            "unless-stopped" => new(RestartPolicyKind.UnlessStopped, 0),
            "on-failure" => new(RestartPolicyKind.OnFailure, retries),
            _ => RestartPolicy.None,
        };
    }

    /// <summary>Makes a volume, mounted as it will be for its container.</summary>
    private async Task<string> MakeVolumeAsync(
        IDockerEngine engine, VolumeDefinition definition, DocumentMount mount, OperationContext context, CancellationToken cancellationToken)
    {
        var made = await Makings.MakeAsync(
            context.Journal, new VolumeMade(mount.Volume!), () => engine.Volumes.CreateAsync(definition, CancellationToken.None), cancellationToken);
        if (MountInspector.BoundDevice(made) is { } device)
        {
            await MakeFoldersAsync(device, context.Journal, cancellationToken);
            return device;
        }

        var isHidden = MountInspector.IsMountedOnlyInUse(made);
        if (isHidden)
            await pins.HoldAsync([MountInspector.Unused(mount, made.MountPoint)], context, cancellationToken);
        return made.MountPoint.Length > 0 && (!isHidden || files.Mounts().IsMountPoint(made.MountPoint))
            ? made.MountPoint
            : throw new RefusedException(new Refusal.MountUnreachable(mount.Uses[0].Container, mount.Uses[0].Target, mount.Volume!));
    }

    private async Task MakeFoldersAsync(string folder, Journal journal, CancellationToken cancellationToken)
    {
        if (files.Status(folder) is not null)
            return;
        var top = folder;
        while (files.Status(HostFiles.Parent(top)) is null)
            top = HostFiles.Parent(top);
        await journal.WriteAsync(new FolderMade(folder, top), cancellationToken);
        files.MakeFolders(folder);
    }

    private static async Task RenameAsync(
        IDockerEngine engine, ContainerId id, string from, string to, Journal journal, CancellationToken cancellationToken)
    {
        await journal.WriteAsync(new ContainerRenamed(id.Value, from, to), cancellationToken);
        await engine.Containers.RenameAsync(id, EngineName.Parse(to), CancellationToken.None);
    }

    private static async Task MakeNetworksAsync(IDockerEngine engine, RestorePlan plan, Journal journal, CancellationToken cancellationToken)
    {
        if (!plan.Recreated.Any())
            return;
        var there = (await engine.Networks.ListAsync(cancellationToken)).Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var needed = plan.Recreated.SelectMany(one => one.Definition.Networks).ToHashSet(StringComparer.Ordinal);
        foreach (var definition in plan.Document.Networks.Select(one => NetworkDefinition.Parse(Bytes(one))))
        {
            if (!needed.Contains(definition.Name) || !there.Add(definition.Name))
                continue;
            await Makings.MakeAsync(
                journal, new NetworkMade(definition.Name), () => engine.Networks.CreateAsync(definition, CancellationToken.None), cancellationToken);
        }
    }

    private static async Task RequireFreeNameAsync(IDockerEngine engine, PlannedContainer container, CancellationToken cancellationToken)
    {
        if (container.Live is null && (await engine.Containers.ListAsync(cancellationToken)).Any(one => one.Name == container.Name))
            throw new RefusedException(new Refusal.NameInUse(container.Name));
    }

    private static byte[] Bytes(JsonElement element) => JsonSerializer.SerializeToUtf8Bytes(element, CaptureJson.Default.JsonElement);
}

/// <summary>A container made beside the one it replaces.</summary>
/// <param name="Plan">What it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="TemporaryName">The name it was made under.</param>
/// <param name="Upper">Its upper directory on the host, or null when its layer is not restored.</param>
internal sealed record MadeContainer(PlannedContainer Plan, ContainerId Id, string TemporaryName, string? Upper);
