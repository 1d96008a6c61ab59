using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Commands.Server;

internal sealed record ServersListed(IReadOnlyList<ServerInfo> Servers)
{
    /// <summary>How well each is protected; a server that is not in it was not looked at.</summary>
    public IReadOnlyDictionary<ServerId, Freshness> Lights { get; init; } = new Dictionary<ServerId, Freshness>();
}
