using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Server;

internal sealed record ServersListed(IReadOnlyList<ServerInfo> Servers)
{
    /// <summary>How well each is protected; a server that is not in it was not looked at.</summary>
    public IReadOnlyDictionary<ServerId, Freshness> Lights { get; init; } = new Dictionary<ServerId, Freshness>();
}

/// <param name="Server">The server.</param>
/// <param name="Setting">What of it was asked for.</param>
internal sealed record ServerSettingShown(ServerInfo Server, ServerSetting Setting);

/// <param name="Server">The server's name.</param>
/// <param name="Rule">What holds.</param>
/// <param name="Forecast">What stays and goes at the next expiry.</param>
internal sealed record RetentionShown(string Server, RetentionInForce Rule, RetentionForecast Forecast)
{
    /// <summary>The rule the forecast is made for, when it is only planned.</summary>
    public string? Planned { get; init; }
}
