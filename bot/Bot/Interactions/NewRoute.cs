using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Opens the forms of what is new: a snapshot, a schedule.</summary>
internal sealed class NewRoute(Desk desk, Auditor auditor, CommandRoute commands)
{
    public async Task SnapshotAsync(Turn turn, string server, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot create", cancellationToken))
        {
            return;
        }

        var servers = HomeServers(turn);
        if (await RefuseElsewhereAsync(turn, "snapshot create", server, servers, cancellationToken))
        {
            return;
        }

        var name = ChatText.ShortDate(desk.Time.GetUtcNow(), turn.Settings.Zone);
        await turn.OpenAsync(Forms.NewSnapshot(server.Length == 0 && servers is [var only] ? only.Id : server, servers, name), cancellationToken);
    }

    public async Task ScheduleAsync(Turn turn, string server, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "schedule set", cancellationToken))
        {
            return;
        }

        var servers = HomeServers(turn);
        if (!await RefuseElsewhereAsync(turn, "schedule set", server, servers, cancellationToken))
        {
            var reads = await desk.Service.GetAsync<RetentionReads>(cancellationToken);
            var chosen = server.Length > 0 ? server : servers is [var only] ? only.Id : null;
            var rule = chosen is null ? reads.RuleOf(turn.Guild) : reads.RuleOf(new ServerId(chosen));
            await turn.OpenAsync(Forms.NewSchedule(server, servers, rule), cancellationToken);
        }
    }

    /// <summary>Refuses when there is no server here, or not the one a button names.</summary>
    private async Task<bool> RefuseElsewhereAsync(
        Turn turn, string act, string server, List<(string Id, string Name)> servers, CancellationToken cancellationToken)
    {
        if (servers.Count > 0 && (server.Length == 0 || servers.Exists(each => each.Id == server)))
        {
            return false;
        }

        await turn.ShowBesideAsync(servers.Count == 0 ? Notes.NoServer() : Notes.Elsewhere(), cancellationToken);
        await auditor.RefusedAsync(turn, act, null, servers.Count == 0 ? "no-server" : "elsewhere", cancellationToken);
        return true;
    }

    private List<(string Id, string Name)> HomeServers(Turn turn) =>
        [.. desk.Servers.Names(turn.Guild).Where(server => server.Reach == ServerReach.Home).Select(server => (server.Id.Value, server.Name))];
}
