using System.Text;
using System.Text.Json;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Works out what a duplicate will be. Changes nothing.</summary>
internal sealed class DuplicatePlanner(EngineConnection connection, SnapshotStore store, ServerStore servers, GameFinder games)
{
    /// <summary>Makes the plan.</summary>
    /// <exception cref="RefusedException">The duplicate can't or must not be made.</exception>
    public async Task<DuplicatePlan> PlanAsync(DuplicateSnapshot request, RepositorySession session, CancellationToken cancellationToken)
    {
        RequireName(request.Name);
        var snapshot = store.Get(request.Snapshot);
        var root = store.Tree(request.Snapshot);
        var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
        var originals = document.Containers.ToDictionary(one => one.Name, one => one.ToDefinition().ToDetails(), StringComparer.Ordinal);
        var names = new DuplicateNames(request.Name);
        var volumes = document.Mounts.Where(mount => mount is { Folder: not null, File: null })
            .Select(mount => new DuplicateVolume(mount, names.Next("volume", NameOf(mount)))).ToList();
        var networks = NetworksOf(document, originals.Values, names);
        var engine = await connection.GetAsync(cancellationToken);
        var ports = await PortsAsync(engine, request, [.. document.Containers.Select(one => originals[one.Name])], cancellationToken);
        var game = games.Of(document);
        var rewriter = new DuplicateRewriter(request, document, volumes, networks, names);
        var containers = document.Containers.Select(one => rewriter.Rewrite(one, originals[one.Name], ports)).ToList();
        await RequireFreeNamesAsync(engine, request.Name, containers, volumes, networks, cancellationToken);
        var survey = await new TreeSurvey(await session.TreesAsync(cancellationToken), root, game).LookAsync(document, request.Secrets, cancellationToken);
        return new()
        {
            Snapshot = snapshot,
            Document = document,
            Root = root,
            Containers = containers,
            Volumes = volumes,
            Networks = networks,
            Ports = [.. ports.SelectMany(one => one.Value).Select(one => new PortPublication(one.HostPort!.Value, one.ContainerPort, one.Protocol)).Distinct()],
            Blanked = rewriter.Blanked,
            LeftOut = rewriter.LeftOut,
            Bytes = survey.Bytes,
            SecretFiles = survey.SecretFiles,
        };
    }

    private void RequireName(string name)
    {
        if (ServerNames.FaultOfServer(name) is { } fault)
            throw new RefusedException(new Refusal.NameRefused(name, fault));
        if (!EngineName.TryParse(name, out _) || name.Length > DuplicateNames.LongestName)
            throw new RefusedException(new Refusal.NameRefused(name, NameFault.NotForContainers));
        if (servers.All().Any(server => server.Name == name))
            throw new RefusedException(new Refusal.ServerNameTaken(name));
    }

    /// <summary>What people recognise a mount by: its volume's name, or where the game sees it.</summary>
    private static string NameOf(DocumentMount mount)
    {
        var isAnonymous = mount.Volume is { Length: 64 } name && name.All(char.IsAsciiHexDigitLower);
        return mount.Volume is { } volume && !isAnonymous ? volume : mount.Uses[0].Target;
    }

    /// <summary>Networks of people's own are made anew; a host's own network is no place for two of a kind, so that becomes one too.</summary>
    private static List<DuplicateNetwork> NetworksOf(ServerDocument document, IEnumerable<ContainerDetails> originals, DuplicateNames names)
    {
        var reach = document.Networks.Select(one => NetworkDefinition.Parse(JsonSerializer.SerializeToUtf8Bytes(one, CaptureJson.Default.JsonElement)))
            .ToDictionary(one => one.Name, one => one.Reach, StringComparer.Ordinal);
        return [.. originals.SelectMany(one => one.Networks.Select(network => network.Name)).Where(name => name is not ("bridge" or "none")).Distinct(StringComparer.Ordinal)
            .Select(name => new DuplicateNetwork(name, names.Next("network", name), reach.GetValueOrDefault(name, NetworkReach.Outside)))];
    }

    /// <summary>Every port the original publishes, on another of the host, and those asked for.</summary>
    private static async Task<Dictionary<string, List<PublishedPort>>> PortsAsync(
        IDockerEngine engine, DuplicateSnapshot request, IReadOnlyList<ContainerDetails> originals, CancellationToken cancellationToken)
    {
        var chooser = await PortChooser.OfAsync(engine, cancellationToken);
        var byContainer = originals.ToDictionary(one => one.Name, _ => new List<PublishedPort>(), StringComparer.Ordinal);
        foreach (var wanted in request.Ports)
        {
            if (!chooser.TryTake(wanted.HostPort, wanted.Protocol))
                throw new RefusedException(new Refusal.PortTaken(wanted.HostPort, wanted.Protocol, chooser.Suggest(wanted.HostPort, wanted.Protocol)));
            var owner = originals.FirstOrDefault(one => one.Ports.Any(port => port.ContainerPort == wanted.ContainerPort && port.Protocol == wanted.Protocol)) ?? originals[0];
            byContainer[owner.Name].Add(new PublishedPort(wanted.ContainerPort, wanted.Protocol, "", wanted.HostPort));
        }

        foreach (var original in originals)
        {
            // The engine lists a port once for IPv4 and once for IPv6.
            foreach (var port in original.Ports.Where(one => one.HostPort is not null).DistinctBy(one => (one.ContainerPort, one.Protocol, one.HostPort)))
            {
                if (request.Ports.Any(wanted => wanted.ContainerPort == port.ContainerPort && wanted.Protocol == port.Protocol))
                    continue;
                var free = chooser.Suggest(port.HostPort!.Value + 1, port.Protocol);
                if (free == 0 || !chooser.TryTake(free, port.Protocol))
                    throw new RefusedException(new Refusal.PortTaken(port.HostPort.Value, port.Protocol, 0));
                byContainer[original.Name].Add(new PublishedPort(port.ContainerPort, port.Protocol, Address(port.HostAddress), free));
            }
        }

        return byContainer;
    }

    /// <summary>A port that was published on loopback only stays there; else on all addresses, of both families.</summary>
    private static string Address(string address) => address is "0.0.0.0" or "::" ? "" : address;

    private static async Task RequireFreeNamesAsync(
        IDockerEngine engine,
        string name,
        IReadOnlyList<DuplicateContainer> containers,
        IReadOnlyList<DuplicateVolume> volumes,
        IReadOnlyList<DuplicateNetwork> networks,
        CancellationToken cancellationToken)
    {
        var taken = (await engine.Containers.ListAsync(cancellationToken)).Select(one => one.Name).Intersect(containers.Select(one => one.Name.Value), StringComparer.Ordinal)
            .Concat((await engine.Volumes.ListAsync(cancellationToken)).Select(one => one.Name.Value).Intersect(volumes.Select(one => one.Name.Value), StringComparer.Ordinal))
            .Concat((await engine.Networks.ListAsync(cancellationToken)).Select(one => one.Name).Intersect(networks.Select(one => one.Name.Value), StringComparer.Ordinal));
        if (taken.FirstOrDefault() is { } used)
            throw new RefusedException(new Refusal.NameInUse(used));
    }
}

/// <summary>Walks a snapshot's trees once: how much there is, and which files hold secrets.</summary>
internal sealed class TreeSurvey(Storage.Packing.TreeLoader trees, TreeId root, Game? game)
{
    private readonly List<(string, byte[])> _secrets = [];
    private long _bytes;

    public async Task<(long Bytes, IReadOnlyList<(string Folder, byte[] Path)> SecretFiles)> LookAsync(
        ServerDocument document, SecretHandling handling, CancellationToken cancellationToken)
    {
        var own = game?.Container?.Name;
        foreach (var mount in document.Mounts.Where(mount => mount.Folder is not null))
        {
            var target = mount.Uses.FirstOrDefault(use => use.Container == own)?.Target;
            await WalkAsync(mount.Folder!, handling == SecretHandling.Blank ? target : null, cancellationToken);
        }

        foreach (var container in document.Containers.Where(one => one.Layer is not null))
            await WalkAsync(container.Layer!, handling == SecretHandling.Blank && container.Name == own ? "/" : null, cancellationToken);
        return (_bytes, _secrets);
    }

    /// <summary>Bytes of all files in one folder of a snapshot.</summary>
    public static async Task<long> SizeAsync(Storage.Packing.TreeLoader trees, TreeId root, string folder, CancellationToken cancellationToken)
    {
        var survey = new TreeSurvey(trees, root, null);
        await survey.WalkAsync(folder, null, cancellationToken);
        return survey._bytes;
    }

    private async Task WalkAsync(string folder, string? target, CancellationToken cancellationToken)
    {
        if ((await trees.FindAsync(root, Encoding.UTF8.GetBytes(folder), cancellationToken))?.Subtree is not { } top)
            return;
        var left = new Stack<(TreeId Tree, byte[] Path)>([(top, [])]);
        while (left.TryPop(out var at))
        {
            foreach (var node in (await trees.LoadAsync(at.Tree, cancellationToken)).Nodes)
            {
                byte[] path = at.Path.Length == 0 ? node.Name : [.. at.Path, (byte)'/', .. node.Name];
                if (node.Subtree is { } below)
                    left.Push((below, path));
                if (node.Type != NodeType.File)
                    continue;
                _bytes += (long)node.Size;
                if (target is not null && game!.IsSecret(GamePath.Join(target.TrimEnd('/') is { Length: > 0 } folderTarget ? folderTarget : "/", PathText.Show(path))))
                    _secrets.Add((folder, path));
            }
        }
    }
}
