using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Guilds;

/// <summary>Which guild sees which server: one home, and guests it was shared with at the terminal.</summary>
public sealed class GuildServers
{
    private readonly CatalogStore _catalog;
    private readonly SettingReads _settings;
    private readonly ServerReads _servers;

    internal GuildServers(CatalogStore catalog, SettingReads settings, ServerReads servers)
    {
        _catalog = catalog;
        _settings = settings;
        _servers = servers;
    }

    /// <summary>How a guild sees a server.</summary>
    public ServerReach Reach(ServerInfo server, ulong guild) => Reach(server.Id, server.Guild, guild);

    /// <summary>The guild a server reports to, or null while none is allowed.</summary>
    public ulong? HomeOf(ServerInfo server) => _settings.HomeOf(server.Guild);

    /// <summary>The guild a server reports to, or did before it was removed; null while none is allowed, and for one that was never here. The engine
    /// is not asked.</summary>
    public ulong? HomeOf(ServerId server) => _servers.TryGetGuild(server, out var guild) ? _settings.HomeOf(guild) : null;

    /// <summary>The same for what is about a server, or about none: that is the first guild's.</summary>
    public ulong? HomeOf(ServerId? server) => server is { } id ? HomeOf(id) : _settings.HomeOf(null);

    /// <summary>The servers a guild sees, by name.</summary>
    public async Task<IReadOnlyList<GuildServer>> ListAsync(ulong guild, CancellationToken cancellationToken)
    {
        var shared = Shared(guild);
        var first = _settings.HomeOf(null);
        return [.. (await _servers.ListAsync(cancellationToken))
            .Select(server => new GuildServer(server, Reach(server.Id, server.Guild, guild, shared, first)))
            .Where(server => server.Reach != ServerReach.Elsewhere)];
    }

    /// <summary>Finds a server by what a person in a guild calls it. One that is another's is not found.</summary>
    public async Task<GuildServer?> FindAsync(string text, ulong guild, CancellationToken cancellationToken) =>
        await _servers.FindAsync(text, cancellationToken) is ServerFound.One one && Reach(one.Server, guild) is var reach and not ServerReach.Elsewhere
            ? new GuildServer(one.Server, reach)
            : null;

    /// <summary>The servers a guild sees, by name, without a word about how they are: the engine is not asked, so this is for every key pressed
    /// and every button, whatever the engine is busy with.</summary>
    public IReadOnlyList<GuildServerName> Names(ulong guild)
    {
        var shared = Shared(guild);
        var first = _settings.HomeOf(null);
        return [.. _servers.All()
            .Select(server => new GuildServerName(server.Id, server.Name, Reach(server.Id, server.Guild, guild, shared, first)))
            .Where(server => server.Reach != ServerReach.Elsewhere)];
    }

    /// <summary>Finds a server as <see cref="FindAsync"/> does, without asking the engine.</summary>
    public GuildServerName? FindName(string text, ulong guild) =>
        _servers.Find(text).Server is { } server && Reach(server.Id, server.Guild, guild) is var reach and not ServerReach.Elsewhere
            ? new GuildServerName(server.Id, server.Name, reach)
            : null;

    /// <summary>Whether there is a server of this id, whoever's; after it was removed only its snapshots are left.</summary>
    public bool IsKnown(ServerId server) => _servers.Find(server.Value).Server is not null;

    /// <summary>Shows a server to a guild that is not its home, or stops doing so.</summary>
    public async Task<ShareOutcome> ShareAsync(string text, ulong guild, ShareWish wish, CancellationToken cancellationToken)
    {
        switch (await _servers.FindAsync(text, cancellationToken))
        {
            case ServerFound.Refused refused:
                return new ShareOutcome.Refused(refused.Refusal);
            case ServerFound.One { Server: var server }:
                if (!_settings.Allowed().Contains(guild))
                    return new ShareOutcome.Refused(new Refusal.GuildNotAllowed(guild.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                if (HomeOf(server) == guild)
                    return new ShareOutcome.Home(server, guild);
                await SetAsync(server.Id, guild, wish, cancellationToken);
                return wish == ShareWish.Show ? new ShareOutcome.Shared(server, guild) : new ShareOutcome.Withdrawn(server, guild);
            default:
                throw new InvalidOperationException("Neither found nor refused.");
        }
    }

    private ServerReach Reach(ServerId server, ulong? home, ulong guild) => Reach(server, home, guild, Shared(guild), _settings.HomeOf(null));

    private static ServerReach Reach(ServerId server, ulong? home, ulong guild, HashSet<string> shared, ulong? first) =>
        (home ?? first) == guild ? ServerReach.Home : shared.Contains(server.Value) ? ServerReach.Guest : ServerReach.Elsewhere;

    private HashSet<string> Shared(ulong guild) =>
        _catalog.Read(GuildRows.Shares, "WHERE \"Guild\" = @0", Row.Number(guild)).Select(row => row.ServerId).ToHashSet(StringComparer.Ordinal);

    private Task SetAsync(ServerId server, ulong guild, ShareWish wish, CancellationToken cancellationToken) => _catalog.WriteAsync(
        context =>
        {
            var number = Row.Number(guild);
            var row = context.Shares.FirstOrDefault(row => row.ServerId == server.Value && row.Guild == number);
            if (row is null && wish == ShareWish.Show)
                context.Shares.Add(new ShareRow { ServerId = server.Value, Guild = number });
            else if (row is not null && wish == ShareWish.Withdraw)
                context.Shares.Remove(row);
        },
        cancellationToken);
}

/// <summary>What is wished of a server and a guild.</summary>
public enum ShareWish
{
    Show,
    Withdraw,
}

/// <summary>A server as a guild sees it.</summary>
public sealed record GuildServer(ServerInfo Server, ServerReach Reach);

/// <summary>A server as a guild sees it: what it is called, and nothing the engine would have to be asked for.</summary>
public sealed record GuildServerName(ServerId Id, string Name, ServerReach Reach);

/// <summary>How sharing ended: a closed family.</summary>
public abstract record ShareOutcome
{
    private ShareOutcome()
    {
    }

    public sealed record Shared(ServerInfo Server, ulong Guild) : ShareOutcome;

    /// <summary>That guild does not see it any more.</summary>
    public sealed record Withdrawn(ServerInfo Server, ulong Guild) : ShareOutcome;

    /// <summary>It lives there anyway.</summary>
    public sealed record Home(ServerInfo Server, ulong Guild) : ShareOutcome;

    public sealed record Refused(Refusal Refusal) : ShareOutcome;
}
