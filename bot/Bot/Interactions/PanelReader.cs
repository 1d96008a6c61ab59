using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Bot.Terminal;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>Reads what a panel shows.</summary>
internal sealed class PanelReader(Desk desk)
{
    // Whoever looks further back than this filters, or asks the terminal.
    private const int MostListed = 1000;

    public async Task<PanelView> ReadAsync(PanelState state, PanelOwner owner, GuildSettings settings, GuildRole role, CancellationToken cancellationToken)
    {
        var servers = new List<PanelServer>();
        var schedules = await new ScheduleNames(desk).ListAsync(settings.Guild, cancellationToken);
        foreach (var server in await desk.Servers.ListAsync(settings.Guild, cancellationToken))
        {
            servers.Add(await OfAsync(server, schedules.Where(each => each.ServerId == server.Server.Id.Value).Min(each => each.Next), cancellationToken));
        }

        var chosen = state.Server is { } id ? servers.FirstOrDefault(each => each.Server.Server.Id.Value == id) : servers is [var only] ? only : null;
        var view = new PanelView { State = state, Owner = owner, Servers = servers, Chosen = chosen, Role = role, Zone = settings.Zone };
        if (state.Tab != PanelTab.Snapshots)
        {
            return view with
            {
                Schedules = state.Tab == PanelTab.Schedules && chosen is { Server.Reach: ServerReach.Home }
                    ? (await desk.Service.GetAsync<ScheduleReads>(cancellationToken)).List(chosen.Server.Server.Id)
                    : [],
                Other = await OtherAsync(state.Tab, chosen, settings, role, cancellationToken),
            };
        }

        if (chosen is not { Server.Reach: ServerReach.Home })
        {
            return view;
        }

        var all = (await desk.Snapshots.ListAsync(new SnapshotFilter { Server = chosen.Server.Server.Id, Limit = MostListed }, cancellationToken)).Snapshots;
        var fitting = all.Where(snapshot => Fits(snapshot, state.Filter)).ToList();
        var at = Math.Min(state.Page, Math.Max(0, (fitting.Count - 1) / PanelCard.RowsAPage));
        return view with
        {
            State = state with { Page = at },
            Snapshots = [.. fitting.Skip(at * PanelCard.RowsAPage).Take(PanelCard.RowsAPage)],
            Fitting = fitting.Count,
            Kept = all.Count(snapshot => snapshot.Reason != "safety"),
            First = all.Count > 0 ? null : await (await desk.Service.GetAsync<FirstSnapshots>(cancellationToken)).OfAsync(chosen.Server.Server.Id, cancellationToken),
            Locked = all.Count(snapshot => snapshot.Locked),
        };
    }

    private async Task<PanelServer> OfAsync(GuildServer server, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        var page = await desk.Snapshots.ListAsync(new SnapshotFilter { Server = server.Server.Id, Limit = 20 }, cancellationToken);
        var last = page.Snapshots.FirstOrDefault(snapshot => snapshot.Reason != "safety");
        var (light, reason) = await FreshnessLight.OfAsync(desk, server.Server.Id, cancellationToken);
        return new PanelServer(server, last, next, light, reason);
    }

    /// <summary>What a tab says in words.</summary>
    private async Task<Page?> OtherAsync(PanelTab tab, PanelServer? chosen, GuildSettings settings, GuildRole role, CancellationToken cancellationToken)
    {
        if (tab == PanelTab.Schedules)
        {
            return chosen is { Server.Reach: ServerReach.Home } ? null : Page.Say("Open a server to see its schedules.", Tone.Plain);
        }

        if ((desk.Command("storage show") ?? desk.Command("storage")) is not { } command)
        {
            return Page.Say("Nothing here yet.", Tone.Plain);
        }

        // Its figures are those of all servers, also of those that live elsewhere.
        if (desk.GuildSettings.Allowed() is [var first, _, ..] && (first != settings.Guild || role < GuildRole.Admin))
        {
            return Page.Say("Several Discord servers share this storage; admins of the first see it.", Tone.Plain);
        }

        using var output = new MemoryStream();
        return await command.Spec.RunAsync(Given.Nothing.ToInputs(), desk.Context(output), cancellationToken) is Answer answer
            ? Views.Of(answer.Outcome, settings.Zone).Page()
            : null;
    }

    private static bool Fits(SnapshotInfo snapshot, PanelFilter filter) => filter switch
    {
        PanelFilter.Locked => snapshot.Locked,
        PanelFilter.Manual => snapshot.Reason == "manual",
        PanelFilter.Everything => true,
        _ => snapshot.Reason != "safety",
    };
}
