using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>The servers a guild sees. The engine is not asked: a key that is pressed must not wait for it.</summary>
internal sealed class ServerSuggestions(Desk desk) : ISuggestions
{
    public Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Choice>>([.. desk.Servers.Names(turn.Guild)
            .Where(server => server.Name.Contains(ask.Typed, StringComparison.OrdinalIgnoreCase))
            .Take(25)
            .Select(server => Suggester.Of(server.Name, server.Id.Value))]);
}
