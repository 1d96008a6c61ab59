using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Capture;

/// <summary>Asks engine and host all that capturing or restoring a server needs to know. Changes nothing.</summary>
internal sealed class Inspector(EngineConnection connection, ContainerLocator locator, ServerStore servers, HostFiles files)
{
    private readonly MountInspector _mounts = new(files);
    private readonly LayerInspector _layers = new(files);

    /// <summary>Inspects a server whose containers all exist.</summary>
    /// <exception cref="RefusedException">A container is missing, or a mount can't be reached.</exception>
    public async Task<InspectedServer> InspectAsync(ServerId id, CancellationToken cancellationToken)
    {
        var located = await locator.LocateAsync(servers.Get(id), cancellationToken);
        return located.FirstOrDefault(one => one.Summary is null) is { } missing
            ? throw new RefusedException(new Refusal.ContainerUnknown(missing.Reference.Name))
            : await InspectAsync(servers.Get(id), located, cancellationToken);
    }

    /// <summary>Inspects those containers of a server that exist.</summary>
    public async Task<InspectedServer> InspectExistingAsync(ServerId id, CancellationToken cancellationToken)
    {
        var located = await locator.LocateAsync(servers.Get(id), cancellationToken);
        return await InspectAsync(servers.Get(id), [.. located.Where(one => one.Summary is not null)], cancellationToken);
    }

    /// <summary>The same server with mounts that none of its containers uses now, and whoever else writes them.</summary>
    public async Task<InspectedServer> WithMountsAsync(InspectedServer server, IReadOnlyList<InspectedMount> unused, CancellationToken cancellationToken)
    {
        if (unused.Count == 0)
            return server;
        var mounts = server.Mounts.Concat(unused).ToList();
        var containers = server.Containers.Select(one => one.Details).ToList();
        var engine = await connection.GetAsync(cancellationToken);
        return server with { Mounts = mounts, ForeignWriters = await ForeignAsync(engine, containers, mounts, cancellationToken) };
    }

    private async Task<InspectedServer> InspectAsync(GameServer server, IReadOnlyList<LocatedContainer> located, CancellationToken cancellationToken)
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
        var mounts = _mounts.Inspect(details2, volumes);
        return new()
        {
            Server = server,
            Containers = containers,
            Mounts = mounts,
            Volumes = [.. volumes.Values],
            Networks = await NetworksAsync(engine, details2, cancellationToken),
            Images = await ImagesAsync(engine, details2, cancellationToken),
            ForeignWriters = await ForeignAsync(engine, details2, mounts, cancellationToken),
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

    private static async Task<IReadOnlyList<ForeignContainer>> ForeignAsync(
        IDockerEngine engine, List<ContainerDetails> containers, IReadOnlyList<InspectedMount> mounts, CancellationToken cancellationToken) =>
        ForeignOf(await engine.Containers.ListAsync(cancellationToken), [.. containers.Select(one => one.Id)], mounts);

    /// <summary>Which of the engine's containers run outside the server and write to one of its mounts.</summary>
    public static IReadOnlyList<ForeignContainer> ForeignOf(IReadOnlyList<ContainerSummary> all, HashSet<ContainerId> own, IReadOnlyList<InspectedMount> mounts)
    {
        var captured = mounts.Where(mount => mount.LeftOut is null).ToList();
        return [.. from other in all
                   where other.Status == ContainerStatus.Running && !own.Contains(other.Id)
                   from mount in other.Mounts
                   where !mount.IsReadOnly && captured.Any(one => Shares(one, mount))
                   group mount by other into shared
                   select new ForeignContainer(shared.Key, shared.First().VolumeName ?? shared.First().Source)];
    }

    private static bool Shares(InspectedMount mine, ContainerMount theirs)
    {
        if (mine.Volume is not null && mine.Volume == theirs.VolumeName)
            return true;
        if (theirs.Kind != MountKind.Bind || theirs.Source.Length < 2)
            return false;
        return Snapshots.GamePath.IsAtOrBelow(mine.Source, theirs.Source.TrimEnd('/')) || Snapshots.GamePath.IsAtOrBelow(theirs.Source.TrimEnd('/'), mine.Source);
    }
}
