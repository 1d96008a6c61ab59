using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Commands.Server;

internal sealed record ServersListed(IReadOnlyList<ServerInfo> Servers);
