using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>
/// The newest snapshots that fit what is typed, of the server that is named or of all the guild's. From names in memory: neither the
/// repository nor the engine is asked at a key that is pressed.
/// </summary>
internal sealed class SnapshotSuggestions(Desk desk) : ISuggestions
{
    private const int Most = 25;

    public Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        var servers = desk.Servers.Names(turn.Guild).Where(server => server.Reach == ServerReach.Home).ToList();
        if (ask.Options.Text("server") is { Length: > 0 } named)
        {
            servers = [.. servers.Where(server => server.Id.Value == named || server.Name == named)];
        }

        var isAlone = servers.Count == 1;
        var names = servers.ToDictionary(server => server.Id, server => server.Name);
        return Task.FromResult<IReadOnlyList<Choice>>([.. desk.SnapshotNames.Find([.. servers.Select(server => (server.Id, server.Name))], ask.Typed, Most)
            .Select(snapshot => Suggester.Of(
                $"{(isAlone ? "" : names[snapshot.Server] + " / ")}{snapshot.Name}{(snapshot.Locked ? " 🔒" : "")} · {ChatText.ShortDate(snapshot.CreatedAt, turn.Settings.Zone)}",
                snapshot.Id.Value))]);
    }
}
