using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Shows what a schedule would do before it is saved; words that are not understood come back with what was probably meant.</summary>
internal sealed class SchedulePreviewer(Desk desk, Auditor auditor)
{
    private const string Every = "--every";
    private const int Shown = 5;

    /// <summary>Shows the preview of <c>schedule set</c> with what was given, its server looked up already.</summary>
    public async Task ShowAsync(Turn turn, ChatCommand command, Given given, Subject? server, CancellationToken cancellationToken)
    {
        if (server?.Server is not { } id)
        {
            await turn.ShowAsync(Notes.Elsewhere(), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, null, "elsewhere", cancellationToken);
            return;
        }

        var message = await CardAsync(turn, command, given, id, server.Name, cancellationToken);
        if (turn.Interaction is SnapshotBot.Chat.Interactions.ModalSubmit submit && CustomId.Parse(submit.CustomId)?.Verb == Verb.Change)
        {
            // The form was opened from a preview: the new one takes its place.
            await turn.ReplaceAsync(message, cancellationToken);
            return;
        }

        await turn.ShowAsync(message, cancellationToken);
    }

    /// <summary>What a kept <c>schedule set</c> would be as a form.</summary>
    public static (string Server, ScheduleFields Fields) FormOf(KeptCommand kept) => (
        One(kept, "--server"), new ScheduleFields(One(kept, "NAME"), One(kept, Every), One(kept, "--when"), One(kept, "--keep")));

    private async Task<Message> CardAsync(
        Turn turn, ChatCommand command, Given given, ServerId server, string serverName, CancellationToken cancellationToken)
    {
        var kept = KeptCommand.Of(command, given);
        var reads = await desk.Service.GetAsync<ScheduleReads>(cancellationToken);
        var draft = new SchedulePreviewDraft(
            One(kept, Every), WhenOf(One(kept, "--when")), kept.Values.ContainsKey("--keep") ? One(kept, "--keep") : null, OrNull(kept, "--zone"), server, One(kept, "NAME"));
        switch (await reads.PreviewAsync(draft, from: null, Shown, cancellationToken))
        {
            case SchedulePreview.Shown shown:
                var name = One(kept, "NAME");
                var disk = (await desk.Service.GetAsync<DiskReads>(cancellationToken)).Read();
                var replaces = reads.List(server).Any(each => each.Name == name.Trim());
                return SchedulePreviewCard.Of(
                    new ScheduleQuestion(name, serverName, replaces, disk?.Free), shown, await AskAsync(turn, kept, cancellationToken));
            case SchedulePreview.Refused { Refusal: Refusal.FrequencyRefused { Fault: FrequencyFault.NotUnderstood, Suggestion: { } meant } it }:
                var putRight = KeptCommand.Of(command, given.With(Every, meant));
                return SchedulePreviewCard.DidYouMean(it.Text, meant, await AskAsync(turn, putRight, cancellationToken));
            case SchedulePreview.Refused { Refusal: Refusal.ZoneNeeded }:
                return SchedulePreviewCard.WhichZone(await AskAsync(turn, kept, cancellationToken));
            case SchedulePreview.Refused refused:
                return SchedulePreviewCard.Refused(RefusalText.Of(refused.Refusal), await AskAsync(turn, kept, cancellationToken));
            case var other:
                throw new InvalidOperationException($"A preview nobody knows: {other.GetType().Name}.");
        }
    }

    private Task<PendingConfirm> AskAsync(Turn turn, KeptCommand kept, CancellationToken cancellationToken) =>
        desk.Confirms.AskAsync(turn.Guild, turn.Person, kept.Write(), cancellationToken);

    private static ScheduleWhen? WhenOf(string text) => text switch
    {
        "online" => ScheduleWhen.Online,
        "played" => ScheduleWhen.Played,
        "any" => ScheduleWhen.Any,
        "" => null,
        _ => throw new BadInputException("--when", text, "one of any, online, played"),
    };

    private static string One(KeptCommand kept, string input) => kept.Values.TryGetValue(input, out var values) && values is [var first, ..] ? first : "";

    private static string? OrNull(KeptCommand kept, string input) => One(kept, input) is { Length: > 0 } text ? text : null;
}
