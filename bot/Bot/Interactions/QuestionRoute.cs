using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Yes and no to a question. A yes is worth one act, by whom and where it was asked.</summary>
internal sealed class QuestionRoute(Desk desk, Auditor auditor, CommandRoute commands, SettingRoute settings)
{
    private const string Act = "confirm";

    public async Task YesAsync(Turn turn, string handle, CancellationToken cancellationToken)
    {
        switch (await desk.Confirms.TakeAsync(handle, turn.Guild, turn.Person, cancellationToken))
        {
            case ConfirmAnswer.Yes yes when KeptCommand.Read(yes.Request) is { } kept && SettingRoute.IsAsked(kept):
                await settings.SaveAsync(turn, kept, cancellationToken);
                break;
            case ConfirmAnswer.Yes yes when KeptCommand.Read(yes.Request) is { } kept && desk.Command(kept.Command) is { } command:
                ulong? first = ulong.TryParse(kept.For, out var asker) ? asker : null;
                await commands.RunAsync(turn, command, kept.ToGiven(), new Consent(true, kept.Cost, first), cancellationToken);
                break;
            case ConfirmAnswer.Anothers anothers:
                await turn.ShowBesideAsync(Notes.NotYours(anothers.Person), cancellationToken);
                await auditor.RefusedAsync(turn, Act, handle, "not-yours", cancellationToken);
                break;
            case ConfirmAnswer.Expired expired:
                await turn.ShowAsync(Notes.Expired(AgainOf(expired.Request)), cancellationToken);
                await auditor.RefusedAsync(turn, Act, handle, "expired", cancellationToken);
                break;
            default:
                await auditor.RefuseGoneAsync(turn, Act, handle, cancellationToken);
                break;
        }
    }

    public async Task NoAsync(Turn turn, string handle, CancellationToken cancellationToken)
    {
        switch (await desk.Confirms.TakeAsync(handle, turn.Guild, turn.Person, cancellationToken))
        {
            case ConfirmAnswer.Anothers anothers:
                await turn.ShowBesideAsync(Notes.NotYours(anothers.Person), cancellationToken);
                await auditor.RefusedAsync(turn, Act, handle, "not-yours", cancellationToken);
                return;
            case ConfirmAnswer.Gone:
                await auditor.RefuseGoneAsync(turn, Act, handle, cancellationToken);
                return;
        }

        await turn.ShowAsync(ConfirmCard.Declined(), cancellationToken);
    }

    private string? AgainOf(string request) =>
        KeptCommand.Read(request) is { } kept && desk.Command(kept.Command) is { } command && command.Key.StartsWith("snapshot ", StringComparison.Ordinal)
        && command.Inputs.FirstOrDefault(input => input.Kind is OptionKind.Snapshot or OptionKind.Server) is { } input
        && kept.ToGiven()[input] is [var id, ..] && CustomId.Parse(CustomId.Of(Verb.Run, command.Spec.Verb, id)) is not null
            ? CustomId.Of(Verb.Run, command.Spec.Verb, id)
            : null;
}
