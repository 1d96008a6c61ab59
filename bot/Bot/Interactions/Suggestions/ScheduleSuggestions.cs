using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>The schedules of the guild's servers.</summary>
internal sealed class ScheduleSuggestions(Desk desk) : ISuggestions
{
    public Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        _ = desk;
        return Task.FromResult<IReadOnlyList<Choice>>([]);
    }
}
