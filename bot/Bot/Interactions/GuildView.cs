using SnapshotBot.Bot.Commands.Operation;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Lists are made for a terminal and hold everything; of each a guild sees what is its own.</summary>
internal static class GuildView
{
    /// <summary>The outcome without what is another's. Null for a list nobody taught this: what is not known to be harmless is not shown.</summary>
    public static async Task<object?> OnlyAsync(Desk desk, object outcome, ulong guild, ServerId? only, CancellationToken cancellationToken)
    {
        var seen = (await desk.Servers.ListAsync(guild, cancellationToken)).Where(server => only is null || server.Server.Id == only).ToList();
        var home = seen.Where(server => server.Reach == ServerReach.Home).Select(server => server.Server.Id.Value).ToHashSet(StringComparer.Ordinal);
        var isFirst = desk.GuildSettings.Allowed() is [var first, ..] && first == guild;
        return outcome switch
        {
            ServersListed it => new ServersListed([.. it.Servers.Where(server => seen.Exists(each => each.Server.Id == server.Id))]),
            SnapshotPage it => it with { Snapshots = [.. it.Snapshots.Where(snapshot => home.Contains(snapshot.ServerId.Value))], Next = null },
            OperationsListed it => new OperationsListed(
                [.. it.Operations.Where(operation => operation.Scope.Server is { } server ? home.Contains(server) : isFirst)]),
            _ when isFirst => outcome,
            _ => null,
        };
    }
}
