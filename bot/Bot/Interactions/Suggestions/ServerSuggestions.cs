using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

internal sealed class ServerSuggestions(Desk desk) : ISuggestions
{
    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken) =>
        [.. (await desk.Servers.ListAsync(turn.Guild, cancellationToken))
            .Where(server => server.Server.Name.Contains(ask.Typed, StringComparison.OrdinalIgnoreCase))
            .Take(25)
            .Select(server => Suggester.Of(server.Server.Name, server.Server.Id.Value))];
}
