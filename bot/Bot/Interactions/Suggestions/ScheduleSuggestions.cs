using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>The schedules of the guild's servers.</summary>
internal sealed class ScheduleSuggestions(Desk desk) : ISuggestions
{
    private readonly ScheduleNames _names = new(desk);

    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken) =>
        [.. (await _names.ListAsync(turn.Guild, cancellationToken))
            .Where(schedule => $"{schedule.Server}/{schedule.Name}".Contains(ask.Typed, StringComparison.OrdinalIgnoreCase))
            .Take(25)
            .Select(schedule => Suggester.Of($"{schedule.Name} · {schedule.Server}", schedule.Id))];
}
