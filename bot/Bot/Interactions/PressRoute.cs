using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What a pressed button or a picked line does. The id it carries is only a wish: who presses is authorised as if they had typed it.</summary>
internal sealed class PressRoute(Desk desk, Auditor auditor, CommandRoute commands, Carrier carrier, PanelRoute panels, SettingRoute settings, PressRoutes others)
{
    private readonly Resolver _resolver = new(desk);

    public async Task PressAsync(Turn turn, ComponentPress press, CancellationToken cancellationToken)
    {
        if (CustomId.Parse(press.CustomId) is not { } id)
        {
            await RefuseUnknownAsync(turn, cancellationToken);
            return;
        }

        switch (id.Verb)
        {
            case Verb.Panel or Verb.PanelServer or Verb.PanelFilter or Verb.PostPanel:
                await panels.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            case Verb.New:
                await OpenNewAsync(turn, id[0], cancellationToken);
                break;
            case Verb.NewSchedule:
                await OpenScheduleAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Open:
                await OpenCardAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Run:
                await RunAsync(turn, id[0], id[1], id[2], cancellationToken);
                break;
            case Verb.More when press.Values is [var word, ..]:
                await MoreAsync(turn, word, id[0], cancellationToken);
                break;
            case Verb.Form when id[0] == "part":
                await others.Parts.ShowAsync(turn, id[1], cancellationToken);
                break;
            case Verb.Form:
                await FormAsync(turn, id[0], id[1], cancellationToken);
                break;
            case Verb.Yes:
                await YesAsync(turn, id[0], cancellationToken);
                break;
            case Verb.No:
                await NoAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Cancel when desk.Command("operation cancel") is { } cancel:
                await commands.RunAsync(turn, cancel, Given.One(cancel, OptionKind.Operation, id[0]), Consent.None, cancellationToken);
                break;
            case Verb.Details:
                await DetailsAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Again:
                await AgainAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Ask:
                await AskAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Decline:
                await DeclineAsync(turn, id[0], press, cancellationToken);
                break;
            case Verb.Undelete:
                await UndeleteAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Fine:
                await others.Incidents.ResumeAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Mute:
                await others.Incidents.MuteAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Server:
                await ServerAsync(turn, id[0], id[1], cancellationToken);
                break;
            case Verb.Schedule:
                await others.Schedules.PressAsync(turn, id, cancellationToken);
                break;
            case Verb.Preview:
                await others.Schedules.PreviewAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Change:
                await others.Schedules.ReopenAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Browse:
                await others.Browsing.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            case Verb.Part:
                await others.Parts.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            case Verb.Set or Verb.Setup or Verb.AddServer:
                await settings.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            default:
                await RefuseUnknownAsync(turn, cancellationToken);
                break;
        }
    }

    /// <summary>The key of the command a short word stands for.</summary>
    public static string KeyOf(string word) => word switch
    {
        "part" => "snapshot restore",
        _ => "snapshot " + word,
    };

    private async Task RunAsync(Turn turn, string word, string subject, string first, CancellationToken cancellationToken)
    {
        if (desk.Command(KeyOf(word)) is not { } command)
        {
            await RefuseUnknownAsync(turn, cancellationToken);
            return;
        }

        var kind = command.Inputs.Any(input => input.Kind == OptionKind.Snapshot) ? OptionKind.Snapshot : OptionKind.Server;
        var consent = ulong.TryParse(first, out var asker) ? Consent.None with { First = asker } : Consent.None;
        await commands.RunAsync(turn, command, Given.One(command, kind, subject), consent, cancellationToken);
    }

    private async Task ServerAsync(Turn turn, string word, string server, CancellationToken cancellationToken)
    {
        if (desk.Command("server " + word) is not { } command || word is not ("start" or "stop" or "keep" or "remove"))
        {
            await RefuseUnknownAsync(turn, cancellationToken);
            return;
        }

        // Only what was made here from a snapshot is removed with its data, and only after a question; of anything else it is refused.
        var given = Given.One(command, OptionKind.Server, server);
        await commands.RunAsync(turn, command, word == "remove" ? given.With("--with-data", "true") : given, Consent.None, cancellationToken);
    }

    private Task MoreAsync(Turn turn, string word, string snapshot, CancellationToken cancellationToken) => word switch
    {
        "rename" or "note" or "duplicate" => FormAsync(turn, word, snapshot, cancellationToken),
        "browse" => others.Browsing.BeginAsync(turn, snapshot, null, null, cancellationToken),
        _ => RunAsync(turn, word, snapshot, "", cancellationToken),
    };

    private async Task OpenNewAsync(Turn turn, string server, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "snapshot create", cancellationToken))
        {
            return;
        }

        var servers = HomeServers(turn);
        if (await RefuseElsewhereAsync(turn, "snapshot create", server, servers, cancellationToken))
        {
            return;
        }

        var name = ChatText.ShortDate(desk.Time.GetUtcNow(), turn.Settings.Zone);
        await turn.OpenAsync(Forms.NewSnapshot(server.Length == 0 && servers is [var only] ? only.Id : server, servers, name), cancellationToken);
    }

    private async Task OpenScheduleAsync(Turn turn, string server, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "schedule set", cancellationToken))
        {
            return;
        }

        var servers = HomeServers(turn);
        if (!await RefuseElsewhereAsync(turn, "schedule set", server, servers, cancellationToken))
        {
            await turn.OpenAsync(Forms.NewSchedule(server, servers), cancellationToken);
        }
    }

    /// <summary>Refuses when there is no server here, or not the one a button names.</summary>
    private async Task<bool> RefuseElsewhereAsync(
        Turn turn, string act, string server, List<(string Id, string Name)> servers, CancellationToken cancellationToken)
    {
        if (servers.Count > 0 && (server.Length == 0 || servers.Exists(each => each.Id == server)))
        {
            return false;
        }

        await turn.ShowBesideAsync(servers.Count == 0 ? Notes.NoServer() : Notes.Elsewhere(), cancellationToken);
        await auditor.RefusedAsync(turn, act, null, servers.Count == 0 ? "no-server" : "elsewhere", cancellationToken);
        return true;
    }

    private async Task FormAsync(Turn turn, string word, string snapshotId, CancellationToken cancellationToken)
    {
        if (word is not ("rename" or "note" or "duplicate"))
        {
            await RefuseUnknownAsync(turn, cancellationToken);
            return;
        }

        if (!await MayAsync(turn, KeyOf(word), cancellationToken))
        {
            return;
        }

        var (snapshot, reach) = _resolver.FindKnownSnapshot(snapshotId, turn.Guild);
        if (snapshot is null || reach != ServerReach.Home)
        {
            await turn.ShowBesideAsync(Notes.NoSuch("snapshot"), cancellationToken);
            await auditor.RefusedAsync(turn, KeyOf(word), null, "snapshot-unknown", cancellationToken);
            return;
        }

        await turn.OpenAsync(
            word switch
            {
                "rename" => Forms.Rename(snapshot.Id.Value, snapshot.Name),
                "note" => Forms.EditNote(snapshot.Id.Value, snapshot.Note),
                "duplicate" => Forms.Copy(snapshot.Id.Value),
                _ => throw new InvalidOperationException("A form nobody knows."),
            },
            cancellationToken);
    }

    private async Task OpenCardAsync(Turn turn, string snapshotId, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "snapshot info", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var (snapshot, reach) = await _resolver.FindSnapshotAsync(snapshotId, null, turn.Guild, cancellationToken);
        if (snapshot is null || reach != ServerReach.Home)
        {
            await turn.ShowBesideAsync(Notes.NoSuch("snapshot"), cancellationToken);
            await auditor.RefusedAsync(turn, "snapshot info", null, "snapshot-unknown", cancellationToken);
            return;
        }

        var details = await desk.Snapshots.InfoAsync(snapshot, cancellationToken);
        var rights = SnapshotRights.Of(turn.Member, turn.Settings, Locks.WasJustLockedBy(desk, turn.Person, snapshot.Id.Value));
        await turn.ShowAsync(SnapshotCard.Of(details, rights), cancellationToken);
    }

    private async Task YesAsync(Turn turn, string handle, CancellationToken cancellationToken)
    {
        switch (await desk.Confirms.TakeAsync(handle, turn.Guild, turn.Person, cancellationToken))
        {
            case ConfirmAnswer.Yes yes when KeptCommand.Read(yes.Request) is { } kept && desk.Command(kept.Command) is { } command:
                ulong? first = ulong.TryParse(kept.For, out var asker) ? asker : null;
                await commands.RunAsync(turn, command, kept.ToGiven(), new Consent(true, kept.Cost, first), cancellationToken);
                break;
            case ConfirmAnswer.Anothers anothers:
                await turn.ShowBesideAsync(Notes.NotYours(anothers.Person), cancellationToken);
                await auditor.RefusedAsync(turn, "confirm", handle, "not-yours", cancellationToken);
                break;
            case ConfirmAnswer.Expired expired:
                await turn.ShowAsync(Notes.Expired(AgainOf(expired.Request)), cancellationToken);
                await auditor.RefusedAsync(turn, "confirm", handle, "expired", cancellationToken);
                break;
            default:
                await turn.ShowBesideAsync(Notes.Expired(null), cancellationToken);
                await auditor.RefusedAsync(turn, "confirm", handle, "gone", cancellationToken);
                break;
        }
    }

    private string? AgainOf(string request) =>
        KeptCommand.Read(request) is { } kept && desk.Command(kept.Command) is { } command && command.Key.StartsWith("snapshot ", StringComparison.Ordinal)
        && command.Inputs.FirstOrDefault(input => input.Kind is OptionKind.Snapshot or OptionKind.Server) is { } input
        && kept.ToGiven()[input] is [var id, ..] && CustomId.Parse(CustomId.Of(Verb.Run, command.Spec.Verb, id)) is not null
            ? CustomId.Of(Verb.Run, command.Spec.Verb, id)
            : null;

    private async Task NoAsync(Turn turn, string handle, CancellationToken cancellationToken)
    {
        switch (await desk.Confirms.TakeAsync(handle, turn.Guild, turn.Person, cancellationToken))
        {
            case ConfirmAnswer.Anothers anothers:
                await turn.ShowBesideAsync(Notes.NotYours(anothers.Person), cancellationToken);
                await auditor.RefusedAsync(turn, "confirm", handle, "not-yours", cancellationToken);
                return;
            case ConfirmAnswer.Gone:
                await turn.ShowBesideAsync(Notes.Expired(null), cancellationToken);
                await auditor.RefusedAsync(turn, "confirm", handle, "gone", cancellationToken);
                return;
        }

        await turn.ShowAsync(ConfirmCard.Declined(), cancellationToken);
    }

    private async Task DetailsAsync(Turn turn, string operation, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "snapshot list", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (OperationId.IsValid(operation) && desk.Operations.Details(new OperationId(operation)) is { } details
            && _resolver.ReachOf(details.Info, turn.Guild) == ServerReach.Home)
        {
            await turn.ShowAsync(OutcomeCard.Of(details.Info, turn.Settings.Zone), cancellationToken);
            return;
        }

        await turn.ShowBesideAsync(Notes.NoSuch("operation"), cancellationToken);
        await auditor.RefusedAsync(turn, "operation list", null, "operation-unknown", cancellationToken);
    }

    private async Task AgainAsync(Turn turn, string operation, CancellationToken cancellationToken)
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

        await RefuseUnknownAsync(turn, cancellationToken);
    }

    private static Given CreateAgain(ChatCommand command, CreateSnapshot request)
    {
        var given = Given.One(command, OptionKind.Server, request.Server.Value);
        given = request.Name is { } name ? given.With("--name", name) : given;
        given = request.Note is { } note ? given.With("--note", note) : given;
        return request.Lock == SnapshotLock.Locked ? given.With("--lock", "true") : given;
    }

    private async Task AskAsync(Turn turn, string snapshotId, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "snapshot create", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var (snapshot, reach) = await _resolver.FindSnapshotAsync(snapshotId, null, turn.Guild, cancellationToken);
        if (snapshot is null || reach != ServerReach.Home)
        {
            await turn.ShowBesideAsync(Notes.NoSuch("snapshot"), cancellationToken);
            await auditor.RefusedAsync(turn, "ask snapshot restore", null, "snapshot-unknown", cancellationToken);
            return;
        }

        await carrier.AskAsync(turn, snapshot, AskKind.Admin, cancellationToken);
        await auditor.AcceptedAsync(turn, "ask snapshot restore", snapshot.Id.Value, cancellationToken);
    }

    /// <summary>Takes a deletion back; who may delete may.</summary>
    private async Task UndeleteAsync(Turn turn, string operation, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "snapshot delete", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (OperationId.IsValid(operation) && desk.Operations.Details(new OperationId(operation))?.Outcome is DeleteSnapshotOutcome.Deleted { Snapshot: var snapshot }
            && _resolver.ReachOf(snapshot.ServerId, turn.Guild) == ServerReach.Home)
        {
            var change = new Change<UndeleteSnapshotOutcome>(new UndeleteSnapshot(snapshot.Id));
            await carrier.CarryAsync(turn, change, new Subject(snapshot.Id.Value, snapshot.Name, snapshot.ServerId, snapshot), cancellationToken);
            await auditor.AcceptedAsync(turn, UndeleteSnapshot.KindText, snapshot.Id.Value, cancellationToken);
            return;
        }

        await turn.ShowBesideAsync(Notes.NoSuch("snapshot"), cancellationToken);
        await auditor.RefusedAsync(turn, UndeleteSnapshot.KindText, null, "operation-unknown", cancellationToken);
    }

    private async Task DeclineAsync(Turn turn, string snapshotId, ComponentPress press, CancellationToken cancellationToken)
    {
        if (!await MayAsync(turn, "snapshot restore", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var (snapshot, reach) = await _resolver.FindSnapshotAsync(snapshotId, null, turn.Guild, cancellationToken);

        // Only the message that asks is drawn over: what a button says of itself is not believed.
        if (snapshot is null || reach != ServerReach.Home || !carrier.Asks(press.Message.Value, snapshot))
        {
            await turn.ShowBesideAsync(Notes.NoSuch("question"), cancellationToken);
            await auditor.RefusedAsync(turn, "decline snapshot restore", null, "question-unknown", cancellationToken);
            return;
        }

        await desk.Chat.EditAsync(turn.Interaction.Channel, press.Message, AskCard.Declined(snapshot.Name, turn.Person), cancellationToken);
        await turn.ShowAsync(Notes.Say("Declined. Nothing was changed.", Colour.Off), cancellationToken);
        await auditor.AcceptedAsync(turn, "decline snapshot restore", snapshot.Id.Value, cancellationToken);
    }

    /// <summary>Whether the command's role is theirs; refuses when it is not.</summary>
    private async Task<bool> MayAsync(Turn turn, string key, CancellationToken cancellationToken)
    {
        if (desk.Command(key) is not { } command)
        {
            await RefuseUnknownAsync(turn, cancellationToken);
            return false;
        }

        return await commands.MayAsync(turn, command, cancellationToken);
    }

    private List<(string Id, string Name)> HomeServers(Turn turn) =>
        [.. desk.Servers.Names(turn.Guild).Where(server => server.Reach == ServerReach.Home).Select(server => (server.Id.Value, server.Name))];

    private async Task RefuseUnknownAsync(Turn turn, CancellationToken cancellationToken)
    {
        await turn.ShowBesideAsync(turn.Settings.IsAllowed ? Notes.UnknownButton() : Notes.NotSetUp(), cancellationToken);
        await auditor.RefusedAsync(turn, "button", null, "unknown-button", cancellationToken);
    }
}

/// <summary>The routes of what has buttons of its own.</summary>
internal sealed record PressRoutes(IncidentRoute Incidents, ScheduleRoute Schedules, BrowseRoute Browsing, PartRoute Parts);
