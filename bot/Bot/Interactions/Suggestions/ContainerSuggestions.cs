using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>Containers that are offered; several with commas between.</summary>
internal sealed class ContainerSuggestions(Desk desk) : ISuggestions
{
    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        var comma = ask.Typed.LastIndexOf(',');
        var before = comma < 0 ? "" : ask.Typed[..(comma + 1)] + " ";
        var typed = ask.Typed[(comma + 1)..].Trim();
        return [.. (await desk.ServerReads.OffersAsync(cancellationToken))
            .Where(name => name.Contains(typed, StringComparison.OrdinalIgnoreCase) && before.Length + name.Length <= 100)
            .Take(25)
            .Select(name => Suggester.Of(before + name, before + name))];
    }
}
