using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>Time zones.</summary>
internal sealed class ZoneSuggestions : ISuggestions
{
    private static readonly IReadOnlyList<string> Zones = [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => id.Contains('/', StringComparison.Ordinal) || id == "UTC")];

    public Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Choice>>([.. Zones.Where(zone => zone.Contains(ask.Typed.Trim().Replace(' ', '_'), StringComparison.OrdinalIgnoreCase)).Take(25)
            .Select(zone => Suggester.Of(zone, zone))]);
}
