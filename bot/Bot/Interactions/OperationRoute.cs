using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The buttons of an operation that is over: its details, the same again, a deletion taken back.</summary>
internal sealed class OperationRoute(Desk desk, Auditor auditor, CommandRoute commands, Carrier carrier)
{
    private readonly Resolver _resolver = new(desk);

    public async Task CancelAsync(Turn turn, string operation, CancellationToken cancellationToken)
    {
        if (desk.Command("operation cancel") is { } command)
        {
            await commands.RunAsync(turn, command, Given.One(command, OptionKind.Operation, operation), Consent.None, cancellationToken);
        }
    }

    public async Task DetailsAsync(Turn turn, string operation, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot list", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (OperationId.IsValid(operation) && desk.Operations.Details(new OperationId(operation)) is { } details
            && _resolver.ReachOf(details.Info, turn.Guild) == ServerReach.Home)
        {
            // A game's log names people and where they come from.
            var page = OperationPages.One(details.Info, turn.Settings.Zone);
            await turn.ShowAsync(
                PageCard.Of(details.Outcome is RestoreOutcome.SwappedBack { Log.Length: > 0 } back && turn.Role >= GuildRole.Operator
                    ? new Page([.. page.Blocks, .. RestorePages.LastWords(back)])
                    : page),
                cancellationToken);
            return;
        }

        await turn.ShowBesideAsync(Notes.NoSuch("operation"), cancellationToken);
        await auditor.RefusedAsync(turn, "operation list", null, "operation-unknown", cancellationToken);
    }

    public async Task AgainAsync(Turn turn, string operation, CancellationToken cancellationToken)
    {
        if (OperationId.IsValid(operation) && desk.Operations.Details(new OperationId(operation)) is { } details && desk.Command(details.Info.Kind) is { } command)
        {
            var given = details.Request switch
            {
                CreateSnapshot it => CreateAgain(command, it),
                VerifySnapshot it => Given.One(command, OptionKind.Snapshot, it.Snapshot.Value),
                _ => null,
            };
            if (given is not null)
            {
                await commands.RunAsync(turn, command, given, Consent.None, cancellationToken);
                return;
            }
        }

        await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
    }

    private static Given CreateAgain(ChatCommand command, CreateSnapshot request)
    {
        var given = Given.One(command, OptionKind.Server, request.Server.Value);
        given = request.Name is { } name ? given.With("--name", name) : given;
        given = request.Note is { } note ? given.With("--note", note) : given;
        return request.Lock == SnapshotLock.Locked ? given.With("--lock", "true") : given;
    }

    /// <summary>Takes a deletion back; who may delete may.</summary>
    public async Task UndeleteAsync(Turn turn, string operation, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot delete", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (OperationId.IsValid(operation) && desk.Operations.Details(new OperationId(operation))?.Outcome is DeleteSnapshotOutcome.Deleted { Snapshot: var snapshot }
            && _resolver.ReachOf(snapshot.ServerId, turn.Guild) == ServerReach.Home)
        {
            var change = new Change<UndeleteSnapshotOutcome>(new UndeleteSnapshot(snapshot.Id));
            var ending = await carrier.CarryAsync(turn, change, new Subject(snapshot.Id.Value, snapshot.Name, snapshot.ServerId, snapshot), cancellationToken);
            await auditor.EndedAsync(turn, UndeleteSnapshot.KindText, snapshot.Id.Value, ending, cancellationToken);
            return;
        }

        await turn.ShowBesideAsync(Notes.NoSuch("snapshot"), cancellationToken);
        await auditor.RefusedAsync(turn, UndeleteSnapshot.KindText, null, "operation-unknown", cancellationToken);
    }
}
