using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>Compose projects that are offered.</summary>
internal sealed class ProjectSuggestions(Desk desk) : ISuggestions
{
    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken) =>
        [.. (await desk.ServerReads.ProjectOffersAsync(cancellationToken))
            .Where(name => name.Contains(ask.Typed, StringComparison.OrdinalIgnoreCase) && name.Length <= 100)
            .Take(25)
            .Select(name => Suggester.Of(name, name))];
}
