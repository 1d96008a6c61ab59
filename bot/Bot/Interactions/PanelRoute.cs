using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>
/// The panel: posted once a channel, and everybody's own copies of it. Tabs, pages and selects of the posted one answer with a copy for the
/// one who pressed; nobody else's view changes by it.
/// </summary>
internal sealed class PanelRoute(Desk desk, Auditor auditor, ILogger log)
{
    // An edit too many is refused all the same when a process before this one made some of them.
    private readonly EditPace _pace = new(desk.Time);
    private readonly Backoff<ulong> _worn = new(TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30), desk.Time);
    private readonly Backoff<ulong> _failed = new(TimeSpan.FromMinutes(2), TimeSpan.FromHours(1), desk.Time);
    private readonly PanelReader _reader = new(desk);

    public static string SubjectOf(ulong channel) => string.Create(CultureInfo.InvariantCulture, $"panel:{channel}");

    /// <summary>Posts the panel here; one that was posted in this channel before is replaced.</summary>
    public async Task PostAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (turn.Settings.IsAllowed ? turn.Role < GuildRole.Admin : true)
        {
            await RefuseAsync(turn, "post the panel", GuildRole.Admin, cancellationToken);
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var view = await _reader.ReadAsync(PanelState.First, PanelOwner.Everyone, turn.Settings, GuildRole.Viewer, cancellationToken);
        if (view.Servers.Count == 0)
        {
            await turn.ShowAsync(SetupCard.Of(turn.Settings, await OffersAsync(cancellationToken), 0, null, null), cancellationToken);
            return;
        }

        MessageId message;
        try
        {
            message = await desk.Chat.SendAsync(turn.Interaction.Channel, PanelCard.Of(view), cancellationToken);
        }
        catch (ChatRequestException refused) when (refused.Error == ChatError.Forbidden)
        {
            await turn.ShowAsync(Notes.CantWriteThere(turn.Channel, "The panel was not posted; nothing else was changed."), cancellationToken);
            return;
        }

        var before = desk.Posted.Find(SubjectOf(turn.Channel));
        await desk.Posted.PutAsync(SubjectOf(turn.Channel), turn.Guild, turn.Channel, message.Value, null, cancellationToken);

        // What kept the old one as it was does not hold for this one.
        _pace.Forget(turn.Channel);
        _worn.Forget(turn.Channel);
        _failed.Forget(turn.Channel);
        if (before is { Message: { } old })
        {
            await desk.Chat.DeleteAsync(turn.Interaction.Channel, new MessageId(old), cancellationToken);
        }

        await turn.ShowAsync(Notes.Say(await PinWordsAsync(turn, message, cancellationToken), Colour.Good), cancellationToken);
        await auditor.AcceptedAsync(turn, "panel", null, cancellationToken);
    }

    /// <summary>Shows somebody their own copy.</summary>
    public async Task ShowAsync(Turn turn, PanelState state, CancellationToken cancellationToken)
    {
        if (turn.Role < GuildRole.Viewer)
        {
            await RefuseAsync(turn, "look at snapshots", GuildRole.Viewer, cancellationToken);
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var view = await _reader.ReadAsync(state, PanelOwner.Asker, turn.Settings, turn.Role, cancellationToken);
        if (state.Server is not null && view.Chosen is null)
        {
            await turn.ShowBesideAsync(Notes.Elsewhere(), cancellationToken);
            await auditor.RefusedAsync(turn, "panel", null, "elsewhere", cancellationToken);
            return;
        }

        await turn.ShowAsync(PanelCard.Of(view), cancellationToken);
    }

    public async Task PressAsync(Turn turn, CustomId id, IReadOnlyList<string> values, CancellationToken cancellationToken)
    {
        if (id.Verb == Verb.PostPanel)
        {
            await PostAsync(turn, cancellationToken);
        }
        else if (StateOf(id, values) is { } state)
        {
            await ShowAsync(turn, state, cancellationToken);
        }
        else
        {
            await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
        }
    }

    /// <summary>Draws the posted panels of a guild anew; facts have changed.</summary>
    /// <returns>Whether all were tried: one that was edited often of late is left for later.</returns>
    public async Task<bool> RefreshAsync(ulong guild, CancellationToken cancellationToken)
    {
        var settings = desk.GuildSettings.Of(guild);
        if (!settings.IsAllowed)
        {
            return true;
        }

        // The same for all of them.
        PanelView? view = null;
        var isAll = true;
        foreach (var panel in desk.Posted.Beginning("panel:").Where(each => each.Guild == guild && each.Message is not null && _failed.IsDue(each.Channel) && _worn.IsDue(each.Channel)))
        {
            if (!_pace.IsDue(panel.Channel))
            {
                isAll = false;
                continue;
            }

            _pace.Edited(panel.Channel, panel.At);
            view ??= await _reader.ReadAsync(PanelState.First, PanelOwner.Everyone, settings, GuildRole.Viewer, cancellationToken);
            try
            {
                await desk.Chat.EditAsync(new ChannelId(panel.Channel), new MessageId(panel.Message!.Value), PanelCard.Of(view), cancellationToken);
                _failed.Forget(panel.Channel);
            }
            catch (ChatRequestException gone) when (gone.Error is ChatError.MessageGone or ChatError.ChannelGone)
            {
                await desk.Posted.RemoveAsync(panel.Subject, cancellationToken);
                _pace.Forget(panel.Channel);
                _failed.Forget(panel.Channel);
            }
            catch (ChatRequestException worn) when (worn.Error == ChatError.EditedTooOften)
            {
                _worn.Failed(panel.Channel);
            }
            catch (ChatRequestException refused)
            {
                // A permission that is gone, a fault of Discord's: no reason to leave the others as they are.
                _failed.Failed(panel.Channel);
                log.PanelNotDrawn(refused);
            }
        }

        return isAll;
    }

    private static PanelState? StateOf(CustomId id, IReadOnlyList<string> values) => (id.Verb, values) switch
    {
        (Verb.PanelServer, [var server, ..]) when PanelState.TabOf(id[0]) is { } tab && PanelState.FilterOf(id[1]) is { } filter => new PanelState(tab, server, 0, filter),
        (Verb.PanelFilter, [var word, ..]) when PanelState.FilterOf(word) is { } filter => new PanelState(PanelTab.Snapshots, id[0], 0, filter),
        (Verb.Panel, _) => PanelState.Parse(id),
        _ => null,
    };

    private async Task<string> PinWordsAsync(Turn turn, MessageId message, CancellationToken cancellationToken)
    {
        var own = turn.Interaction.OwnPermissions;
        if (own.Has(ChatPermissions.PinMessages) || own.Has(ChatPermissions.ManageMessages))
        {
            try
            {
                await desk.Chat.PinAsync(turn.Interaction.Channel, message, cancellationToken);
                return "The panel is posted and pinned.";
            }
            catch (ChatRequestException)
            {
                // Pinning is a convenience: the panel stands there whether it works or not.
            }
        }

        return "The panel is posted. I may not pin here: pin it by hand, so that it is found again.";
    }

    private async Task RefuseAsync(Turn turn, string what, GuildRole needed, CancellationToken cancellationToken)
    {
        await turn.ShowBesideAsync(
            turn.Settings.IsAllowed ? Notes.NotAllowed(what, needed, null) : desk.Claim.IsOpen ? Notes.ClaimFirst() : Notes.NotSetUp(), cancellationToken);
        await auditor.RefusedAsync(turn, "panel", null, turn.Settings.IsAllowed ? "role" : "guild-not-allowed", cancellationToken);
    }

    private Task<IReadOnlyList<string>> OffersAsync(CancellationToken cancellationToken) => desk.ServerReads.OffersAsync(cancellationToken);
}
