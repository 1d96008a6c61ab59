using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>What is running now.</summary>
internal sealed class OperationSuggestions(Desk desk) : ISuggestions
{
    private readonly Resolver _resolver = new(desk);

    public Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        var choices = new List<Choice>();
        foreach (var operation in desk.Operations.List(OperationFilter.Unfinished, 100))
        {
            if (choices.Count < 25 && _resolver.ReachOf(operation, turn.Guild) == ServerReach.Home
                && $"{operation.Kind} {operation.Server} {operation.Id}".Contains(ask.Typed, StringComparison.OrdinalIgnoreCase))
            {
                choices.Add(Suggester.Of($"{operation.Kind} · {operation.Server ?? "repository"}", operation.Id.Value));
            }
        }

        return Task.FromResult<IReadOnlyList<Choice>>(choices);
    }
}
