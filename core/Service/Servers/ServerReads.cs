using SnapshotBot.Engine;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Servers;

/// <summary>Lists and finds servers. Runs where it is called; without an engine the states are unknown and all else is there.</summary>
public sealed class ServerReads
{
    private readonly ServerStore _servers;
    private readonly CatalogStore _catalog;
    private readonly EngineConnection _connection;
    private readonly GameProfiles _profiles;

    internal ServerReads(ServerStore servers, CatalogStore catalog, EngineConnection connection, GameProfiles profiles)
    {
        _profiles = profiles;
        _servers = servers;
        _catalog = catalog;
        _connection = connection;
    }

    /// <summary>All servers by name, with the states of their containers.</summary>
    public async Task<IReadOnlyList<ServerInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var servers = _servers.All();
        if (servers.Count == 0)
            return [];
        var containers = await TryListAsync(cancellationToken);
        var counts = Counts();
        return [.. servers.Select(server => Info(server, containers, counts))];
    }

    /// <summary>Finds a server by its name, its id or a unique beginning of its id.</summary>
    public async Task<ServerFound> FindAsync(string text, CancellationToken cancellationToken) =>
        Find(text) switch
        {
            (GameServer server, _) => new ServerFound.One(Info(server, await TryListAsync(cancellationToken), Counts())),
            (_, { } refusal) => new ServerFound.Refused(refusal),
            _ => new ServerFound.Refused(new Refusal.ServerUnknown(text)),
        };

    /// <summary>Containers that may be offered for adding: labelled <c>snapshotbot.offer=true</c> or a game's by a profile, not a server's yet, and
    /// never the one this program itself is in.</summary>
    public async Task<IReadOnlyList<string>> OffersAsync(CancellationToken cancellationToken) =>
        [.. (await AllWithOffersAsync(cancellationToken)).Where(each => each.IsOffered).Select(each => each.Container.Name)];

    /// <summary>Compose projects that may be offered for adding: each of their containers is.</summary>
    public async Task<IReadOnlyList<string>> ProjectOffersAsync(CancellationToken cancellationToken) =>
        [.. (await AllWithOffersAsync(cancellationToken))
            .GroupBy(each => each.Container.Labels.GetValueOrDefault(ServerLabels.ComposeProject), StringComparer.Ordinal)
            .Where(project => project.All(each => each.IsOffered))
            .Select(project => project.Key)
            .OfType<string>()
            .Order(StringComparer.Ordinal)];

    private async Task<IEnumerable<(ContainerSummary Container, bool IsOffered)>> AllWithOffersAsync(CancellationToken cancellationToken)
    {
        var engine = await _connection.GetAsync(cancellationToken);
        var taken = _servers.All().SelectMany(server => server.Containers).Select(one => one.Id).ToHashSet(StringComparer.Ordinal);
        var profiles = _profiles.All();
        return (await engine.Containers.ListAsync(cancellationToken)).Where(ServerChanges.Lasts).Select(one => (one, !taken.Contains(one.Id.Value) && !IsOwn(one) && IsLabelledOrKnown(one, profiles)));
    }

    private static bool IsLabelledOrKnown(ContainerSummary container, IReadOnlyList<GameProfile> profiles) => container.Labels.GetValueOrDefault(ServerLabels.Offer) switch
    {
        "true" => true,
        "false" => false,
        _ => ProfileMatcher.Find(profiles, container.Image, container.Labels, []) is not null,
    };

    // A container's host name is the beginning of its id unless somebody chose another.
    private static bool IsOwn(ContainerSummary container) =>
        System.Environment.MachineName is { Length: 12 } name && container.Id.Value.StartsWith(name, StringComparison.Ordinal);

    internal IReadOnlyList<GameServer> All() => _servers.All();

    /// <summary>The guild a server belongs to, or belonged to before it was removed; false when no server of this id was ever here.</summary>
    internal bool TryGetGuild(ServerId id, out ulong? guild)
    {
        var server = _servers.Find(id);
        var removed = server is null ? _servers.Removed(id) : null;
        guild = server?.Guild ?? removed?.Guild;
        return server is not null || removed is not null;
    }

    internal (GameServer? Server, Refusal? Refusal) Find(string text)
    {
        var all = _servers.All();
        if ((all.FirstOrDefault(server => server.Name == text) ?? all.FirstOrDefault(server => server.Id.Value == text)) is { } exact)
            return (exact, null);
        var begins = text.Length >= 3 ? all.Where(server => server.Id.Value.StartsWith(text, StringComparison.Ordinal)).ToList() : [];
        return begins switch
        {
            [] => (null, new Refusal.ServerUnknown(text)),
            [var one] => (one, null),
            _ => (null, new Refusal.ServerAmbiguous(text, [.. begins.Select(server => server.Name)])),
        };
    }

    internal async Task<ServerInfo> InfoAsync(GameServer server, CancellationToken cancellationToken) =>
        Info(server, await TryListAsync(cancellationToken), Counts());

    private async Task<IReadOnlyList<ContainerSummary>?> TryListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var engine = await _connection.GetAsync(cancellationToken);
            return await engine.Containers.ListAsync(cancellationToken);
        }
        catch (EngineUnavailableException)
        {
            // A list of servers and their snapshots is worth having on the day the engine is down.
            return null;
        }
    }

    private ServerGame? GameOf(GameServer server, IReadOnlyList<ContainerSummary>? all)
    {
        var profiles = _profiles.All();
        var profile = server.Profile is { } named
            ? profiles.FirstOrDefault(one => one.Name == named)
            : ContainerLocator.Locate(server, all ?? []).Select(one => one.Summary).OfType<ContainerSummary>()
                .Select(one => ProfileMatcher.Find(profiles, one.Image, one.Labels, [])).FirstOrDefault(found => found is not null);
        return profile is null ? null : new ServerGame(profile.Name, profile.Title, profile.Tried is { } tried ? $"{tried.Image}, {tried.Version}" : null);
    }

    private Dictionary<string, int> Counts()
    {
        using var connection = _catalog.Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT \"ServerId\", COUNT(*) FROM \"snapshots\" WHERE NOT \"Hidden\" GROUP BY \"ServerId\"";
        using var row = command.ExecuteReader();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (row.Read())
            counts[row.GetString(0)] = row.GetInt32(1);
        return counts;
    }

    private ServerInfo Info(GameServer server, IReadOnlyList<ContainerSummary>? all, Dictionary<string, int> counts)
    {
        var containers = all is null
            ? [.. server.Containers.Select(one => new ServerContainer(one.Name, one.Id, ServerState.Unknown))]
            : ContainerLocator.Locate(server, all).Select(one => new ServerContainer(one.Reference.Name, one.Summary?.Id.Value, one.State)).ToList();
        return new()
        {
            Id = server.Id,
            Name = server.Name,
            Containers = containers,
            Profile = server.Profile,
            Game = GameOf(server, all),
            Guild = server.Guild,
            ForeignWriters = server.ForeignWriters,
            Ignored = server.Ignored,
            Included = server.Included,
            State = containers.Select(one => one.State).Distinct().ToList() is [var only] ? only : ServerState.Partly,
            Snapshots = counts.GetValueOrDefault(server.Id.Value),
        };
    }
}

/// <summary>The container labels that mean something here.</summary>
public static class ServerLabels
{
    /// <summary>The name of the server the container belongs to.</summary>
    public const string Server = "snapshotbot.server";

    /// <summary><c>true</c>: may be offered for adding.</summary>
    public const string Offer = "snapshotbot.offer";

    private const string Ours = "snapshotbot.";

    internal const string ComposeProject = "com.docker.compose.project";
    internal const string ComposeService = "com.docker.compose.service";
    internal const string ComposeOneOff = "com.docker.compose.oneoff";
    internal const string ComposeDependsOn = "com.docker.compose.depends_on";
    internal const string ComposeFiles = "com.docker.compose.project.config_files";
    internal const string Unraid = "net.unraid.docker.managed";
    internal const string Watchtower = "com.centurylinklabs.watchtower.enable";
    internal const string WatchtowerItself = "com.centurylinklabs.watchtower";
    internal const string WatchtowerMonitorOnly = "com.centurylinklabs.watchtower.monitor-only";
    internal const string WatchtowerScope = "com.centurylinklabs.watchtower.scope";
    internal const string SwarmService = "com.docker.swarm.service.id";
    internal const string Wings = "Service";
    internal const string WingsValue = "Pterodactyl";

    /// <summary>Labels with those that mean something here made to mean nothing. They are blank, not gone: in the place of one that is gone the
    /// engine puts what the image says.</summary>
    internal static Dictionary<string, string> WithoutOurs(IReadOnlyDictionary<string, string> labels) => labels.ToDictionary(
        one => one.Key, one => one.Key.StartsWith(Ours, StringComparison.Ordinal) ? "" : one.Value, StringComparer.Ordinal);

    internal static bool AnyOfOurs(IReadOnlyDictionary<string, string> labels) => labels.Any(one => one.Key.StartsWith(Ours, StringComparison.Ordinal) && one.Value.Length > 0);
}
