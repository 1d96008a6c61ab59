using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>How well a server is protected, as its light and a word of why.</summary>
internal static class FreshnessLight
{
    public static async Task<(Light Light, string? Reason)> OfAsync(Desk desk, ServerId server, CancellationToken cancellationToken)
    {
        var reads = await desk.Service.GetAsync<FreshnessReads>(cancellationToken);
        var fresh = await reads.OfAsync(server, cancellationToken);

        // That there is no snapshot is said beside the light already.
        return (fresh.Light, fresh.Reasons.FirstOrDefault(reason => reason is not FreshnessReason.NoSnapshot) is { } worst ? FreshnessText.Of(worst) : null);
    }
}
