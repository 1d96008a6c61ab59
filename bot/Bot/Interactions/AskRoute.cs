using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Asking an admin to restore, and an admin who declines.</summary>
internal sealed class AskRoute(Desk desk, Auditor auditor, CommandRoute commands, Carrier carrier)
{
    private const string AskAct = "ask snapshot restore";
    private const string DeclineAct = "decline snapshot restore";

    private readonly HomeSnapshots _snapshots = new(desk, auditor);

    public async Task AskAsync(Turn turn, string snapshotId, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot create", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await _snapshots.FindAsync(turn, AskAct, snapshotId, null, cancellationToken) is not { } snapshot)
        {
            return;
        }

        await carrier.AskAsync(turn, snapshot, AskKind.Admin, cancellationToken);
        await auditor.AcceptedAsync(turn, AskAct, snapshot.Id.Value, cancellationToken);
    }

    public async Task DeclineAsync(Turn turn, string snapshotId, ComponentPress press, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot restore", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await _snapshots.FindAsync(turn, DeclineAct, snapshotId, null, cancellationToken) is not { } snapshot)
        {
            return;
        }

        // Only the message that asks is drawn over: what a button says of itself is not believed.
        if (!carrier.Asks(press.Message.Value, snapshot))
        {
            await turn.ShowBesideAsync(Notes.NoSuch("question"), cancellationToken);
            await auditor.RefusedAsync(turn, DeclineAct, null, "question-unknown", cancellationToken);
            return;
        }

        await carrier.CloseAskAsync(snapshot.ServerId, cancellationToken);
        await desk.Chat.EditAsync(turn.Interaction.Channel, press.Message, AskCard.Declined(snapshot.Name, turn.Person), cancellationToken);
        await turn.ShowAsync(Notes.Say("Declined. Nothing was changed.", Colour.Off), cancellationToken);
        await auditor.AcceptedAsync(turn, DeclineAct, snapshot.Id.Value, cancellationToken);
    }
}
