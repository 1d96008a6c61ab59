using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The buttons of incidents that no command stands for.</summary>
internal sealed class IncidentRoute(Desk desk, Auditor auditor, CommandRoute commands, Carrier carrier)
{
    /// <summary>Says that a server the guard took for broken is fine.</summary>
    public async Task ResumeAsync(Turn turn, string serverId, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot delete", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (desk.Servers.FindName(serverId, turn.Guild) is not { Reach: ServerReach.Home } server)
        {
            await turn.ShowBesideAsync(Notes.Elsewhere(), cancellationToken);
            await auditor.RefusedAsync(turn, ResumeServer.KindText, null, "elsewhere", cancellationToken);
            return;
        }

        var change = new Change<ResumeServerOutcome>(new ResumeServer(server.Id));
        var ending = await carrier.CarryAsync(turn, change, new Subject(server.Id.Value, server.Name, server.Id, null), cancellationToken);
        await auditor.EndedAsync(turn, ResumeServer.KindText, server.Id.Value, ending, cancellationToken);
    }

    /// <summary>For a day nobody is rung for this; what happens is still written into its message.</summary>
    public async Task MuteAsync(Turn turn, string incidentId, CancellationToken cancellationToken)
    {
        if (!await commands.MayAsync(turn, "snapshot create", cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var incidents = await desk.Service.GetAsync<Incidents>(cancellationToken);
        if (incidents.List(IncidentFilter.Open, 1000).FirstOrDefault(one => one.Id == incidentId) is not { } incident || !IsHome(turn, incident))
        {
            await turn.ShowBesideAsync(Notes.Say("❔ That is over already, or not from here. Nothing was changed.", Colour.Off), cancellationToken);
            await auditor.RefusedAsync(turn, "incident mute", null, "incident-unknown", cancellationToken);
            return;
        }

        var until = await desk.Mutes.MuteAsync(incident, turn.Guild, turn.Person, cancellationToken);
        await turn.ShowBesideAsync(
            Notes.Say($"🔕 Nobody is mentioned for this until {ChatText.Time(until, 'f')}. What happens is still written into its message.", Colour.Off), cancellationToken);
        await auditor.AcceptedAsync(turn, "incident mute", incident.Id, cancellationToken);
    }

    private bool IsHome(Turn turn, IncidentInfo incident) => desk.Servers.HomeOf(incident.ServerId) == turn.Guild;
}
