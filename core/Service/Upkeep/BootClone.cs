using System.Globalization;
using System.Text.Json;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Makes an isolated clone of a snapshot and removes it: volumes of its own, no published ports, no way out, limited memory, nothing that starts
/// it again. Everything carries the operation's label, so that healing finds all of it whatever was made before a kill.
/// </summary>
internal sealed class BootClone(EngineConnection connection, RunState runState, HostFiles files, FolderFill fill, NewLayerFinder layers)
{
    public const string Label = "snapshotbot.boot";

    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    /// <summary>Makes the clone, stopped. The journal has it before anything of it exists.</summary>
    /// <param name="plan">What to clone and how.</param>
    /// <param name="session">The repository.</param>
    /// <param name="context">The operation.</param>
    /// <param name="cancellationToken">Stops it; what was made is removed by the journal's undo.</param>
    /// <returns>The containers in starting order.</returns>
    /// <exception cref="CloneFailedException">The snapshot's files can't be put there.</exception>
    public async Task<IReadOnlyList<ClonedContainer>> MakeAsync(
        BootPlan plan, RepositorySession session, OperationContext context, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var prefix = Prefix(context.Id);
        var images = (await engine.Images.ListAsync(cancellationToken)).Select(image => image.Id.Value).ToList();
        await context.Journal.WriteAsync(new CloneMade(images), cancellationToken);
        context.Progress.Report(OperationProgress.At("clone"));
        var network = "none";
        if (plan.NeedsNetwork)
        {
            network = prefix;
            await engine.Networks.CreateAsync(NetworkOf(prefix, context.Id), CancellationToken.None);
        }

        var mounts = await MakeVolumesAsync(engine, plan, session, context.Id, cancellationToken);
        var made = new List<ClonedContainer>();
        foreach (var container in plan.Document.Containers)
        {
            var number = made.Count.ToString(CultureInfo.InvariantCulture);
            var planned = new PlannedContainer(container, null, "missing", ContainerDefinition.Parse(Bytes(container.Definition)));
            var image = await ImageRestore.EnsureAsync(engine, files, session, plan.Document, plan.Root, container, planned.Definition.Image, context.Journal, cancellationToken);
            var definition = planned.Definition.WithImage(image).Isolated(new ContainerIsolation
            {
                Network = network,
                Aliases = [container.Name],
                MemoryBytes = plan.MemoryBytes,
                Mounts = [.. mounts.Where(mount => mount.Container == container.Name).Select(mount => mount.Mount)],
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = context.Id.Value },
            });
            var store = container.Layer is null ? null : await layers.LookAsync(engine, context, cancellationToken);
            var id = await engine.Containers.CreateAsync(definition, EngineName.Parse($"{prefix}-{number}"), CancellationToken.None);
            if (container.Layer is { } layer)
            {
                var details = await engine.Containers.InspectAsync(id, cancellationToken);
                var upper = await layers.FindAsync(engine, details, store, cancellationToken);
                await FillAsync(session, plan.Root, layer, upper, cancellationToken);
            }

            made.Add(new ClonedContainer(id, container.Name));
        }

        return made;
    }

    public Task StartAsync(ClonedContainer container, Journal journal, CancellationToken cancellationToken) =>
        runState.StartAsync(container.Id, container.Name, RestartPolicy.None, PausedBefore.No, StopTime, journal, cancellationToken);

    /// <summary>Removes all of a clone that is there. May be called at any moment and more than once.</summary>
    public async Task RemoveAsync(OperationId operation, IReadOnlyList<string> imagesBefore, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var images = new HashSet<ImageId>();
        foreach (var container in (await engine.Containers.ListAsync(cancellationToken)).Where(one => IsOf(one.Labels, operation)))
        {
            if (container.ImageId is { } image && !imagesBefore.Contains(image.Value))
                images.Add(image);
            await runState.EnsureStoppedAsync(container.Id, StopTime, cancellationToken);
            await GoneAsync(() => engine.Containers.RemoveAsync(container.Id, AnonymousVolumes.Remove, cancellationToken));
        }

        foreach (var network in (await engine.Networks.ListAsync(cancellationToken)).Where(one => IsOf(one.Labels, operation)))
            await GoneAsync(() => engine.Networks.RemoveAsync(network.Id, cancellationToken));
        foreach (var volume in (await engine.Volumes.ListAsync(cancellationToken)).Where(one => IsOf(one.Labels, operation)))
            await GoneAsync(() => engine.Volumes.RemoveAsync(volume.Name, cancellationToken));
        foreach (var image in images)
        {
            try
            {
                await engine.Images.RemoveAsync(image, cancellationToken);
            }
            catch (EngineException error) when (error is EngineConflictException or EngineNotFoundException)
            {
                // Somebody uses it by now, or it went with its last tag.
            }
        }
    }

    private async Task<IReadOnlyList<ClonedMount>> MakeVolumesAsync(
        IDockerEngine engine, BootPlan plan, RepositorySession session, OperationId operation, CancellationToken cancellationToken)
    {
        var mounts = new List<ClonedMount>();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = operation.Value };
        var number = 0;
        foreach (var mount in plan.Document.Mounts.Where(mount => mount.Folder is not null))
        {
            var name = EngineName.Parse(string.Create(CultureInfo.InvariantCulture, $"{Prefix(operation)}-{number++}"));
            var volume = await engine.Volumes.CreateAsync(VolumeDefinition.Create(name, labels), CancellationToken.None);
            if (number == 1)
                fill.RequireRoom(volume.MountPoint, plan.Bytes);
            await FillAsync(session, plan.Root, mount.Folder!, volume.MountPoint, cancellationToken);
            mounts.AddRange(mount.Uses.Select(use => new ClonedMount(use.Container, new BlueprintMount(
                mount.File is null ? MountKind.Volume : MountKind.Bind,
                mount.File is null ? name.Value : $"{volume.MountPoint}/{mount.File}",
                use.Target,
                use.ReadOnly ? MountAccess.ReadOnly : MountAccess.ReadWrite))));
        }

        return mounts;
    }

    private async Task FillAsync(RepositorySession session, TreeId root, string folder, string livePath, CancellationToken cancellationToken)
    {
        if (await fill.FillAsync(session, root, folder, livePath, cancellationToken) is { } problem)
            throw new CloneFailedException(problem);
    }

    /// <summary>For several containers: a network nothing leads out of. They and this machine see each other, and nobody else.</summary>
    private static NetworkDefinition NetworkOf(string name, OperationId operation) => NetworkDefinition.Parse(JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["Name"] = name,
            ["Driver"] = "bridge",
            ["Internal"] = true,
            ["Labels"] = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = operation.Value },
        }));

    private static bool IsOf(IReadOnlyDictionary<string, string> labels, OperationId operation) => labels.GetValueOrDefault(Label) == operation.Value;

    private static string Prefix(OperationId operation) => $"snapshotbot-boot-{operation.Value}";

    private static byte[] Bytes(JsonElement element) => JsonSerializer.SerializeToUtf8Bytes(element, CaptureJson.Default.JsonElement);

    private static async Task GoneAsync(Func<Task> remove)
    {
        try
        {
            await remove();
        }
        catch (EngineNotFoundException)
        {
            // It went between the list and this.
        }
    }

    private sealed record ClonedMount(string Container, BlueprintMount Mount);
}

/// <summary>What is cloned.</summary>
internal sealed record BootPlan(ServerDocument Document, TreeId Root, bool NeedsNetwork, long MemoryBytes, long Bytes);

/// <summary>A container of a clone; the name is the original's.</summary>
internal sealed record ClonedContainer(ContainerId Id, string Name);

/// <summary>A clone may exist. Whatever becomes of the operation, at its end it is gone.</summary>
/// <param name="ImagesBefore">The engine's images before: one that was loaded for the clone goes with it.</param>
internal sealed record CloneMade(IReadOnlyList<string> ImagesBefore) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        ((BootClone)context.Services.GetService(typeof(BootClone))!).RemoveAsync(context.Operation, ImagesBefore, cancellationToken);

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}

/// <summary>The snapshot's files can't be put into a clone.</summary>
internal sealed class CloneFailedException(string reason) : Exception(reason);
