using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Hands a change over to be carried out, and says where it can be watched.</summary>
internal sealed class Carrier(Desk desk)
{
    // Locks, names and notes are done in a moment: for those a message for all to see would be noise.
    private static readonly HashSet<string> Quick = new(StringComparer.Ordinal)
    {
        LockSnapshot.KindText, UnlockSnapshot.KindText, RenameSnapshot.KindText, NoteSnapshot.KindText,
    };

    private const string Answered = "answered";

    private static readonly HashSet<string> Exclusive = new(StringComparer.Ordinal) { RestoreSnapshot.KindText, "snapshot undo" };

    private static readonly TimeSpan QuickPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AskPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AskLasts = TimeSpan.FromDays(1);

    /// <summary>Whether a kind of operation is over so soon that it has no message for all.</summary>
    public static bool IsQuick(string kind) => Quick.Contains(kind);

    /// <returns>What became of it: of what takes longer, that it is on its way.</returns>
    public async Task<Ending> CarryAsync(Turn turn, Change change, Subject? subject, CancellationToken cancellationToken)
    {
        var request = change.Operation;
        if (BusyWith(request) is { } busy)
        {
            var at = desk.Posted.Find(OperationBoard.SubjectOf(busy.Id));
            var link = at is { Message: { } message } ? ChatText.Link(at.Guild, at.Channel, message) : null;
            await turn.ShowBesideAsync(
                Notes.Busy(busy.Server ?? "It", OperationCard.Being(busy.Kind), ChatText.Person(busy.RequestedBy), desk.Operations.LeftOf(busy), link), cancellationToken);
            return Ending.Refused("busy");
        }

        var id = await desk.Client.EnqueueAsync(request, Requester.Person(turn.Person), occurrenceKey: null, cancellationToken) switch
        {
            EnqueueResult.Enqueued enqueued => enqueued.Id,
            EnqueueResult.AlreadyThere there => there.Id,
            _ => throw new InvalidOperationException("Neither enqueued nor there."),
        };
        if (IsQuick(request.Kind))
        {
            return await ShowEndAsync(turn, id, cancellationToken);
        }

        if (request is RestoreSnapshot { Server: var restored })
        {
            // What was agreed to is under way: nobody's word is good for a second time.
            await CloseAskAsync(restored, cancellationToken);
        }

        await AnnounceAsync(turn, id, What(request, subject), cancellationToken);
        return Ending.Done;
    }

    /// <summary>Asks those who may, where everybody of the guild sees it; at most once a server in ten minutes.</summary>
    public async Task AskAsync(Turn turn, SnapshotInfo snapshot, AskKind kind, CancellationToken cancellationToken)
    {
        var channel = turn.Settings.Channel ?? turn.Channel;
        var subject = AskSubject(snapshot.ServerId.Value);
        if (!await desk.Posted.TryTakeTurnAsync(subject, turn.Guild, channel, AskPause, cancellationToken))
        {
            await turn.ShowAsync(
                Notes.Say($"⏳ Somebody asked for {ChatText.Bold(snapshot.Server)} within the last ten minutes already. Nothing was changed.", Colour.Look), cancellationToken);
            return;
        }

        var role = kind == AskKind.Admin ? turn.Settings.Admin : turn.Settings.Operator;
        MessageId message;
        try
        {
            message = await desk.Chat.SendAsync(
                new ChannelId(channel), AskCard.Of(snapshot, turn.Person, role == turn.Guild ? null : role, kind, await CostAsync(snapshot, cancellationToken)),
                cancellationToken);
        }
        catch (ChatRequestException refused)
        {
            // Nobody was asked, so the ten minutes are not used up.
            await desk.Posted.RemoveAsync(subject, cancellationToken);
            await turn.ShowAsync(
                refused.Error is ChatError.Forbidden or ChatError.ChannelGone ? Notes.CantWriteThere(channel, "Nobody was asked; nothing was changed.") : Notes.NotTaken("Nobody was asked; nothing was changed."), cancellationToken);
            return;
        }

        await desk.Posted.PutAsync(subject, turn.Guild, channel, message.Value, AskState(turn.Person, snapshot.Id.Value), cancellationToken);
        await turn.ShowAsync(Notes.Say($"🙋 Asked: {ChatText.Link(turn.Guild, channel, message.Value)}", Colour.Running), cancellationToken);
    }

    /// <summary>Whether this person really asked for this snapshot within a day: what a button says of it is not believed.</summary>
    public bool HasAsked(ulong person, SnapshotInfo snapshot) =>
        desk.Posted.Find(AskSubject(snapshot.ServerId.Value)) is { } asked && asked.At > desk.Time.GetUtcNow() - AskLasts
        && asked.State == AskState(person, snapshot.Id.Value);

    /// <summary>The question is answered, one way or the other; its message stays what it is.</summary>
    public async Task CloseAskAsync(ServerId server, CancellationToken cancellationToken)
    {
        var subject = AskSubject(server.Value);
        // Once: each writing begins the ten minutes anew in which nobody is asked again.
        if (desk.Posted.Find(subject) is { State: not Answered } asked)
        {
            await desk.Posted.PutAsync(subject, asked.Guild, asked.Channel, asked.Message, Answered, cancellationToken);
        }
    }

    /// <summary>Whether this message is the one that asks for this snapshot.</summary>
    public bool Asks(ulong message, SnapshotInfo snapshot) =>
        desk.Posted.Find(AskSubject(snapshot.ServerId.Value)) is { Message: { } posted, State: { } state }
        && posted == message && state.EndsWith("|" + snapshot.Id.Value, StringComparison.Ordinal);

    /// <summary>What it would cost, for those who are asked; that it can't be told keeps nobody from asking.</summary>
    private async Task<RestoreCost.Cost?> CostAsync(SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        try
        {
            var preview = await desk.Service.GetAsync<RestorePreview>(cancellationToken);
            return await preview.CostAsync(new RestoreSnapshot { Snapshot = snapshot.Id, Server = snapshot.ServerId }, cancellationToken) as RestoreCost.Cost;
        }
        catch (Exception error) when (error is not OperationCanceledException && ServiceFailure.Describe(error).Code != "unexpected")
        {
            return null;
        }
    }

    private static string AskSubject(string server) => "ask:" + server;

    private static string AskState(ulong person, string snapshot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{person}|{snapshot}");

    private OperationInfo? BusyWith(OperationRequest request) => request.Scope.Server is { } server
        ? desk.Operations.List(OperationFilter.Unfinished, 100).FirstOrDefault(
            operation => operation.Scope.Server == server && (Exclusive.Contains(operation.Kind) || (Exclusive.Contains(request.Kind) && operation.Kind == request.Kind)))
        : null;

    private static string What(OperationRequest request, Subject? subject) => (request, subject) switch
    {
        (_, null) => "It",
        (CreateSnapshot { Name: { } name }, { } server) => $"Snapshot {ChatText.Bold(name)} of {ChatText.Bold(server.Name)}",
        (CreateSnapshot, { } server) => $"The snapshot of {ChatText.Bold(server.Name)}",
        (RestoreSnapshot, { } snapshot) => $"The restore to {ChatText.Bold(snapshot.Name)}",
        (RunServer { Action: RunAction.Start }, _) => $"The start of {ChatText.Bold(subject.Name)}",
        (RunServer { Action: RunAction.Stop }, _) => $"The stop of {ChatText.Bold(subject.Name)}",
        (RunServer, _) => $"The restart of {ChatText.Bold(subject.Name)}",
        (UndoRestore, _) => $"The undo of the last restore of {ChatText.Bold(subject.Name)}",
        (RunSchedule, _) => $"A run of {ChatText.Bold(subject.Name)}",
        (DuplicateSnapshot copy, _) => $"The copy {ChatText.Bold(copy.Name)}",
        (RemoveDuplicate, _) => $"The removal of {ChatText.Bold(subject.Name)}",
        _ => $"{ChatText.Name(request.Kind)} · {ChatText.Bold(subject.Name)}",
    };

    private async Task AnnounceAsync(Turn turn, OperationId id, string what, CancellationToken cancellationToken)
    {
        var channel = turn.Settings.Channel ?? turn.Channel;
        var announced = await desk.Board.AnnounceAsync(id, turn.Guild, channel, cancellationToken);
        await turn.ShowAsync(
            announced switch
            {
                Announcement.Sent sent => Notes.OnItsWay(what, ChatText.Link(turn.Guild, channel, sent.Message)),
                Announcement.Later => Notes.OnItsWayUntold(what, channel),
                _ => Notes.CantWriteThere(channel, what + " goes on all the same."),
            },
            cancellationToken);
    }

    private async Task<Ending> ShowEndAsync(Turn turn, OperationId id, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(QuickPatience);
        try
        {
            await foreach (var _ in desk.Operations.WatchAsync(id, patience.Token))
            {
                // Only its end is of interest.
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await turn.ShowAsync(Notes.Say("⏳ It waits for its turn and will be done by itself. See `/operation list`.", Colour.Off), cancellationToken);
            return Ending.Done;
        }

        var details = desk.Operations.Details(id);
        await turn.ShowAsync(EndCard.Of(details, turn.Settings.Zone), cancellationToken);
        return EndCard.EndingOf(details, turn.Settings.Zone);
    }
}
