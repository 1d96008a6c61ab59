using SnapshotBot.Engine;
using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Servers;

/// <summary>Adds, changes and removes servers: rows of the catalog, no operation, since neither a container nor the repository changes.</summary>
public sealed class ServerChanges
{
    private readonly ServerStore _servers;
    private readonly ServerReads _reads;
    private readonly EngineConnection _connection;
    private readonly GameProfiles _profiles;

    internal ServerChanges(ServerStore servers, ServerReads reads, EngineConnection connection, GameProfiles profiles)
    {
        _profiles = profiles;
        _servers = servers;
        _reads = reads;
        _connection = connection;
    }

    /// <summary>Adds a server of existing containers.</summary>
    public async Task<ServerOutcome> AddAsync(AddServer request, CancellationToken cancellationToken)
    {
        if (ServerNames.FaultOfServer(request.Name) is { } fault)
            return new ServerOutcome.Refused(new Refusal.NameRefused(request.Name, fault));
        if (request.Profile is { } profile && _profiles.Find(profile) is null)
            return new ServerOutcome.Refused(new Refusal.ProfileUnknown(profile, [.. _profiles.All().Select(one => one.Name)]));
        var (ignored, notIgnored) = IgnoredPaths.Read(request.Ignored);
        var (included, notIncluded) = IgnoredPaths.Read(request.Included);
        if ((notIgnored ?? notIncluded) is { } unread)
            return new ServerOutcome.Refused(unread);
        var all = await (await _connection.GetAsync(cancellationToken)).Containers.ListAsync(cancellationToken);
        var (containers, refusal) = await ChooseAsync(request, all, cancellationToken);
        if (refusal is not null)
            return new ServerOutcome.Refused(refusal);

        var server = new GameServer
        {
            Id = ServerId.New(),
            Name = request.Name.Trim(),
            Containers = [.. containers.Select(one => new ContainerReference(one.Name, one.Id.Value, null))],
            ComposeProject = request.ComposeProject,
            Profile = request.Profile,
            Guild = request.Guild,
            ForeignWriters = request.ForeignWriters,
            Ignored = ignored,
            Included = included,
        };
        return await _servers.AddAsync(server, ServerOrigin.Command, cancellationToken)
            ? new ServerOutcome.Added(await _reads.InfoAsync(server, cancellationToken))
            : new ServerOutcome.Refused(new Refusal.ServerNameTaken(server.Name));
    }

    /// <summary>Sets which paths a server's snapshots leave out, beginning with the next; older ones hold what they hold.</summary>
    /// <param name="id">The server.</param>
    /// <param name="text">As <see cref="IgnoredPaths"/> reads them.</param>
    /// <param name="cancellationToken">Nothing is changed when it is cancelled in time.</param>
    public Task<ServerOutcome> IgnoreAsync(ServerId id, string text, CancellationToken cancellationToken) =>
        SetAsync(id, ServerSetting.Ignored, text, cancellationToken);

    /// <summary>Sets which mounts that a server's containers only read its snapshots take in, beginning with the next. What a snapshot holds of them a
    /// restore puts back.</summary>
    /// <param name="id">The server.</param>
    /// <param name="text">Where containers see them, as <see cref="IgnoredPaths"/> reads it.</param>
    /// <param name="cancellationToken">Nothing is changed when it is cancelled in time.</param>
    public Task<ServerOutcome> IncludeAsync(ServerId id, string text, CancellationToken cancellationToken) =>
        SetAsync(id, ServerSetting.Included, text, cancellationToken);

    /// <summary>Forgets a server. Its containers, data and snapshots stay as they are.</summary>
    public async Task<ServerOutcome> RemoveAsync(ServerId id, CancellationToken cancellationToken) =>
        _servers.Find(id) is { } server && await _servers.RemoveAsync(id, cancellationToken)
            ? new ServerOutcome.Removed(server.Id, server.Name)
            : new ServerOutcome.Refused(new Refusal.ServerUnknown(id.Value));

    /// <summary>Adds the servers that containers name by their label <c>snapshotbot.server</c>, and new containers to servers so made, and to no
    /// others: a label can come with anybody's image. Does nothing when the engine is not there.</summary>
    /// <returns>The names of servers added now.</returns>
    public async Task<IReadOnlyList<string>> DiscoverAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<ContainerSummary> all;
        try
        {
            all = await (await _connection.GetAsync(cancellationToken)).Containers.ListAsync(cancellationToken);
        }
        catch (EngineUnavailableException)
        {
            return [];
        }

        var added = new List<string>();
        var named = all.Where(one => one.Labels.ContainsKey(ServerLabels.Server) && Lasts(one)).GroupBy(one => one.Labels[ServerLabels.Server].Trim(), StringComparer.Ordinal);
        foreach (var group in named.Where(group => ServerNames.FaultOfServer(group.Key) is null))
        {
            if (await DiscoverAsync(group.Key, ComposeOrder.Sort(group), cancellationToken))
                added.Add(group.Key);
        }

        return added;
    }

    private async Task<ServerOutcome> SetAsync(ServerId id, ServerSetting setting, string text, CancellationToken cancellationToken)
    {
        var (paths, refusal) = IgnoredPaths.Read(text);
        if (refusal is not null)
            return new ServerOutcome.Refused(refusal);
        return await _servers.SetAsync(id, setting, paths, cancellationToken) && _servers.Find(id) is { } server
            ? new ServerOutcome.Changed(await _reads.InfoAsync(server, cancellationToken), setting)
            : new ServerOutcome.Refused(new Refusal.ServerUnknown(id.Value));
    }

    private async Task<bool> DiscoverAsync(string name, IReadOnlyList<ContainerSummary> containers, CancellationToken cancellationToken)
    {
        var servers = _servers.All();
        var free = containers.Where(one => Owner(servers, one) is null).ToList();
        if (free.Count == 0)
            return false;
        var references = free.Select(one => new ContainerReference(one.Name, one.Id.Value, null));
        if (servers.FirstOrDefault(server => server.Name == name) is { } existing)
        {
            if (existing.Origin == ServerOrigin.Label)
                await _servers.SetContainersAsync(existing.Id, [.. existing.Containers, .. references], cancellationToken);
            return false;
        }

        return await _servers.AddAsync(
            new GameServer { Id = ServerId.New(), Name = name, Containers = [.. references] }, ServerOrigin.Label, cancellationToken);
    }

    private async Task<(IReadOnlyList<ContainerSummary> Containers, Refusal? Refusal)> ChooseAsync(
        AddServer request, IReadOnlyList<ContainerSummary> all, CancellationToken cancellationToken)
    {
        var chosen = new List<ContainerSummary>();
        var engine = await _connection.GetAsync(cancellationToken);
        foreach (var text in request.Containers)
        {
            switch (await engine.Containers.FindAsync(text, cancellationToken))
            {
                case ContainerLookup.Found found:
                    chosen.Add(found.Container);
                    break;
                case ContainerLookup.Ambiguous ambiguous:
                    return ([], new Refusal.ContainerAmbiguous(text, [.. ambiguous.Candidates.Select(one => one.Name)]));
                default:
                    return ([], new Refusal.ContainerUnknown(text));
            }
        }

        if (request.ComposeProject is { } project)
        {
            var ofProject = all.Where(one => one.Labels.GetValueOrDefault(ServerLabels.ComposeProject) == project && Lasts(one)).ToList();
            if (ofProject.Count == 0)
                return ([], new Refusal.ContainerUnknown(project));
            chosen.AddRange(ComposeOrder.Sort(ofProject));
        }

        var distinct = chosen.DistinctBy(one => one.Id).ToList();
        if (distinct.Count == 0)
            return ([], new Refusal.NoContainers());
        var servers = _servers.All();
        return distinct.FirstOrDefault(one => Owner(servers, one) is not null) is { } taken
            ? ([], new Refusal.ContainerTaken(taken.Name, Owner(servers, taken)!.Name))
            : (distinct, null);
    }

    /// <summary>Not what <c>docker compose run</c> makes for one command, nor what an operation makes for its own time.</summary>
    internal static bool Lasts(ContainerSummary container) =>
        !PassingNames.Is(container.Name)
        && !string.Equals(container.Labels.GetValueOrDefault(ServerLabels.ComposeOneOff), "True", StringComparison.OrdinalIgnoreCase);

    private static GameServer? Owner(IReadOnlyList<GameServer> servers, ContainerSummary container) =>
        servers.FirstOrDefault(server => server.Containers.Any(one => one.Id == container.Id.Value || one.Name == container.Name));
}
