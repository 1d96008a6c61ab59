using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Capture;

/// <summary>Asks engine and host all that capturing or restoring a server needs to know. Changes nothing.</summary>
internal sealed class Inspector(EngineConnection connection, ContainerLocator locator, ServerStore servers, HostFiles files)
{
    private readonly MountInspector _mounts = new(files);
    private readonly LayerInspector _layers = new(files);

    /// <summary>Inspects a server whose containers all exist.</summary>
    /// <param name="id">The server.</param>
    /// <param name="hold">Mounts volumes that are mounted only while a container uses them; null: a server with such a one that stands can't be reached.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="RefusedException">A container is missing, or a mount can't be reached.</exception>
    public async Task<InspectedServer> InspectAsync(ServerId id, HoldVolumes? hold, CancellationToken cancellationToken)
    {
        var located = await locator.LocateAsync(servers.Get(id), cancellationToken);
        return located.FirstOrDefault(one => one.Summary is null) is { } missing
            ? throw new RefusedException(new Refusal.ContainerUnknown(missing.Reference.Name))
            : await InspectAsync(servers.Get(id), located, hold, cancellationToken);
    }

    /// <summary>Inspects those containers of a server that exist.</summary>
    /// <inheritdoc cref="InspectAsync(ServerId, HoldVolumes?, CancellationToken)"/>
    public async Task<InspectedServer> InspectExistingAsync(ServerId id, HoldVolumes? hold, CancellationToken cancellationToken)
    {
        var located = await locator.LocateAsync(servers.Get(id), cancellationToken);
        return await InspectAsync(servers.Get(id), [.. located.Where(one => one.Summary is not null)], hold, cancellationToken);
    }

    private async Task<InspectedServer> InspectAsync(
        GameServer server, IReadOnlyList<LocatedContainer> located, HoldVolumes? hold, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var containers = new List<InspectedContainer>();
        foreach (var one in located)
        {
            var details = await engine.Containers.InspectAsync(one.Summary!.Id, cancellationToken);
            containers.Add(new InspectedContainer(details, await _layers.InspectAsync(engine, details, one.Reference, cancellationToken)));
        }

        await RememberLayersAsync(server, containers, cancellationToken);
        var details2 = containers.Select(one => one.Details).ToList();
        var volumes = await VolumesAsync(engine, details2, cancellationToken);
        var found = MountInspector.Find(details2);
        if (hold is not null && _mounts.Hidden(found, volumes) is { Count: > 0 } hidden)
            await hold(hidden, cancellationToken);
        return new()
        {
            Server = server,
            Containers = containers,
            Mounts = _mounts.Decide(found, volumes, server.Included),
            Volumes = [.. volumes.Values],
            Networks = await NetworksAsync(engine, details2, cancellationToken),
            Images = await ImagesAsync(engine, details2, cancellationToken),
        };
    }

    /// <summary>Some engines hide a stopped container's layer: what is seen while it runs is kept for then.</summary>
    private async Task RememberLayersAsync(GameServer server, List<InspectedContainer> containers, CancellationToken cancellationToken)
    {
        var references = server.Containers.Select(reference =>
            containers.Find(one => one.Details.Id.Value == reference.Id) is { Layer.Upper: { } upper } ? reference with { Upper = upper } : reference).ToList();
        if (!references.SequenceEqual(server.Containers))
            await servers.SetContainersAsync(server.Id, references, cancellationToken);
    }

    private static async Task<IReadOnlyDictionary<string, VolumeDetails>> VolumesAsync(
        IDockerEngine engine, List<ContainerDetails> containers, CancellationToken cancellationToken)
    {
        var volumes = new Dictionary<string, VolumeDetails>(StringComparer.Ordinal);
        foreach (var name in containers.SelectMany(one => one.Mounts).Select(mount => mount.VolumeName).OfType<string>().Distinct(StringComparer.Ordinal))
            volumes[name] = await engine.Volumes.InspectAsync(EngineName.Parse(name), cancellationToken);
        return volumes;
    }

    private static async Task<IReadOnlyList<NetworkDetails>> NetworksAsync(
        IDockerEngine engine, List<ContainerDetails> containers, CancellationToken cancellationToken)
    {
        var wanted = containers.SelectMany(one => one.Networks).Select(network => network.Name).ToHashSet(StringComparer.Ordinal);
        return [.. (await engine.Networks.ListAsync(cancellationToken)).Where(network => wanted.Contains(network.Name) && !network.IsBuiltIn)];
    }

    private static async Task<IReadOnlyList<ImageDetails>> ImagesAsync(
        IDockerEngine engine, List<ContainerDetails> containers, CancellationToken cancellationToken)
    {
        var images = new List<ImageDetails>();
        foreach (var id in containers.Select(one => one.ImageId).OfType<ImageId>().Distinct())
        {
            try
            {
                images.Add(await engine.Images.InspectAsync(id, cancellationToken));
            }
            catch (EngineNotFoundException)
            {
                // A container outlives its image's removal; the snapshot then says that the image is not in it.
            }
        }

        return images;
    }
}
