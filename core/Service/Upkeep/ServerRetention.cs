using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Gives a server a retention policy of its own, or takes it away: a row of the catalog, no operation.</summary>
public sealed class ServerRetention
{
    /// <summary>What people write to go by the guild's policy again.</summary>
    public const string None = "none";

    private readonly CatalogStore _catalog;
    private readonly UpkeepSettings _settings;
    private readonly ServerStore _servers;

    internal ServerRetention(CatalogStore catalog, UpkeepSettings settings, ServerStore servers)
    {
        _catalog = catalog;
        _settings = settings;
        _servers = servers;
    }

    /// <summary>Sets it; takes effect with the next expiry.</summary>
    /// <param name="server">The server.</param>
    /// <param name="keep">The policy in the form it is kept in, as <c>last=7,daily=14</c> or <c>all</c>; null takes the server's own away.</param>
    /// <param name="cancellationToken">Nothing is changed when it is cancelled in time.</param>
    /// <returns>What holds from now on.</returns>
    public async Task<RetentionInForce> SetAsync(ServerId server, string? keep, CancellationToken cancellationToken)
    {
        var key = UpkeepSettings.RetentionKey(server);
        await _catalog.WriteAsync(
            context =>
            {
                var there = context.Settings.FirstOrDefault(row => row.Key == key && row.Guild == 0);
                if (keep is null)
                    context.Settings.RemoveRange(there is null ? [] : [there]);
                else if (there is null)
                    context.Settings.Add(new SettingRow { Key = key, Value = keep });
                else
                    there.Value = keep;
            },
            cancellationToken);
        return _settings.Rule(_servers.Find(server));
    }
}

/// <summary>A retention policy, and whose it is.</summary>
/// <param name="Text">As <c>last=7,daily=14</c> or <c>all</c>; null where nobody set one, so that all is kept.</param>
/// <param name="Source">Where it was set.</param>
public sealed record RetentionInForce(string? Text, RetentionSource Source);

/// <summary>Where a retention policy was set.</summary>
public enum RetentionSource
{
    /// <summary>Nowhere: all is kept.</summary>
    None,

    /// <summary>For the guild, or for all guilds.</summary>
    Shared,

    /// <summary>For the server itself.</summary>
    Server,
}
