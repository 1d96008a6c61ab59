using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>The newest snapshots that fit what is typed, of the server that is named or of all the guild's.</summary>
internal sealed class SnapshotSuggestions(Desk desk) : ISuggestions
{
    private const int LookedThrough = 1000;

    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        var servers = (await desk.Servers.ListAsync(turn.Guild, cancellationToken)).Where(server => server.Reach == ServerReach.Home).ToList();
        if (ask.Options.Text("server") is { Length: > 0 } named)
        {
            servers = [.. servers.Where(server => server.Server.Id.Value == named || server.Server.Name == named)];
        }

        var isAlone = servers.Count == 1;
        var found = new List<SnapshotInfo>();
        foreach (var server in servers)
        {
            var page = await desk.Snapshots.ListAsync(
                new SnapshotFilter { Server = server.Server.Id, Limit = Math.Max(25, LookedThrough / servers.Count) }, cancellationToken);
            found.AddRange(page.Snapshots.Where(snapshot => Fits(snapshot, ask.Typed)).Take(25));
        }

        return [.. found.OrderByDescending(snapshot => snapshot.CreatedAt).Take(25).Select(snapshot => Suggester.Of(
            $"{(isAlone ? "" : snapshot.Server + " / ")}{snapshot.Name}{(snapshot.Locked ? " 🔒" : "")} · {ChatText.ShortDate(snapshot.CreatedAt, turn.Settings.Zone)}",
            snapshot.Id.Value))];
    }

    private static bool Fits(SnapshotInfo snapshot, string typed) =>
        snapshot.Name.Contains(typed, StringComparison.OrdinalIgnoreCase) || snapshot.Id.Value.StartsWith(typed, StringComparison.Ordinal)
        || $"{snapshot.Server}/{snapshot.Name}".StartsWith(typed, StringComparison.OrdinalIgnoreCase);
}
