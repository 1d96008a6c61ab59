using System.Globalization;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Who did what in a guild and who was kept from what, for its admins, in pages.</summary>
internal sealed class AuditRoute(Desk desk, Auditor auditor)
{
    private const string Act = "operation list audit";

    public Task ShowAsync(Turn turn, string? person, CancellationToken cancellationToken) => ShowAsync(turn, NumberOf(person), null, cancellationToken);

    public Task PressAsync(Turn turn, CustomId id, CancellationToken cancellationToken) =>
        long.TryParse(id[0], NumberStyles.None, CultureInfo.InvariantCulture, out var before) && (id[1].Length == 0 || NumberOf(id[1]) is not null)
            ? ShowAsync(turn, NumberOf(id[1]), before, cancellationToken)
            : auditor.RefuseUnknownAsync(turn, "button", cancellationToken);

    private async Task ShowAsync(Turn turn, ulong? person, long? before, CancellationToken cancellationToken)
    {
        if (turn.Role < GuildRole.Admin)
        {
            await turn.ShowBesideAsync(
                turn.Settings.IsAllowed ? Notes.NotAllowed("see who did what", GuildRole.Admin, null) : desk.Claim.IsOpen ? Notes.ClaimFirst() : Notes.NotSetUp(),
                cancellationToken);
            await auditor.RefusedAsync(turn, Act, null, turn.Settings.IsAllowed ? "role" : "guild-not-allowed", cancellationToken);
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var lines = desk.Audit.List(new AuditFilter(turn.Guild, person, before), AuditCard.LinesAPage + 1);
        await turn.ShowAsync(AuditCard.Of(lines, person), cancellationToken);
    }

    private static ulong? NumberOf(string? text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
