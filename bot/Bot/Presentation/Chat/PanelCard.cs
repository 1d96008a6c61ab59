using System.Globalization;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>The panel: tabs, then one server's snapshots six a page, or an overview of several.</summary>
internal static class PanelCard
{
    public const int RowsAPage = 6;

    public const string LivesElsewhere = "It lives elsewhere; only its state is shown here.";

    // An overview of more would not fit a phone; the select below holds the first 25, its last option says what else.
    private const int ServersShown = 12;
    private const int SelectOptions = 25;

    public static Message Of(PanelView view) => Message.Of(new Container(EdgeOf(view), [.. Parts(view)]));

    private static IEnumerable<Part> Parts(PanelView view)
    {
        yield return Tabs(view);
        if (view.Servers.Count > 1)
        {
            yield return ServerSelect(view);
        }

        if (view.Servers.Count == 0)
        {
            yield return new TextDisplay(
                "## No server yet\nNobody has added a game server here.\n" + ChatText.Small("An admin adds one with `/server add`."));
            yield break;
        }

        var parts = view.Chosen is not { } chosen ? Overview(view)
            : chosen.Server.Reach == ServerReach.Guest ? [new TextDisplay(Line(chosen) + "\n" + ChatText.Small(LivesElsewhere))]
            : view.State.Tab == PanelTab.Snapshots ? Snapshots(view, chosen) : Other(view, chosen);
        foreach (var part in parts)
        {
            yield return part;
        }
    }

    private static ActionRow Tabs(PanelView view)
    {
        Button Tab(PanelTab tab, string emoji, string label) =>
            Button.Secondary(label, (view.State with { Tab = tab, Page = 0 }).ToId() + (tab == view.State.Tab ? ":tab" : "")) with
            {
                Emoji = emoji,
                IsOff = tab == view.State.Tab,
            };
        return new ActionRow(
            Tab(PanelTab.Snapshots, "📸", "Snapshots"), Tab(PanelTab.Schedules, "🗓️", "Schedules"), Tab(PanelTab.Storage, "💾", "Storage"));
    }

    private static ActionRow ServerSelect(PanelView view) => new(new StringSelect(
        CustomId.Of(Verb.PanelServer, PanelState.Word(view.State.Tab), PanelState.Word(view.State.Filter)),
        [.. view.Servers.Take(SelectOptions).Select(each => new SelectOption(
            ChatText.Label($"{Dot(each.Light)} {each.Server.Server.Name}", 100), each.Server.Server.Id.Value)
        {
            Description = each.Last is { } last ? "last " + ChatText.ShortDate(last.CreatedAt, view.Zone) : "no snapshot yet",
        })])
    {
        Placeholder = view.Chosen is null ? "Open a server…" : "Another server…",
    });

    private static IReadOnlyList<Part> Overview(PanelView view)
    {
        var lines = view.Servers.Take(ServersShown).Select(Line).ToList();
        if (view.Servers.Count > ServersShown)
        {
            lines.Add(ChatText.Small($"and {Words.Count(view.Servers.Count - ServersShown)} more, in the list above"));
        }

        return view.State.Tab == PanelTab.Snapshots
            ? [
                new TextDisplay("## Servers\n" + string.Join('\n', lines)),
                .. MayPress(view, GuildRole.Operator) ? [new ActionRow(Button.Primary("Create snapshot", CustomId.Of(Verb.New, "")))] : (IReadOnlyList<Part>)[],
            ]
            : [new TextDisplay("## Servers\n" + string.Join('\n', lines)), .. view.Other is { } page ? [new TextDisplay(PageCard.Text(page))] : (IReadOnlyList<Part>)[]];
    }

    // On the posted panel everybody sees every button, and one that is not theirs refuses; one's own copy shows what one may press.
    private static bool MayPress(PanelView view, GuildRole needed) => view.Owner == PanelOwner.Everyone || view.Role >= needed;

    private static string Line(PanelServer server)
    {
        var reason = server.LightReason is { } why ? ", " + why : "";
        var next = server.Next is { } time ? $" · next {ChatText.Time(time)}" : "";
        return $"{Dot(server.Light)} {ChatText.Bold(server.Server.Server.Name)} · "
            + (server.Last is { } last ? "last snapshot " + ChatText.Time(last.CreatedAt) : "no snapshot yet") + next + reason;
    }

    private static IReadOnlyList<Part> Snapshots(PanelView view, PanelServer chosen)
    {
        var server = chosen.Server.Server.Id.Value;
        var parts = new List<Part> { new TextDisplay(Head(view, chosen)) };
        if (MayPress(view, GuildRole.Operator))
        {
            parts.Add(new ActionRow(Button.Primary("Create snapshot", CustomId.Of(Verb.New, server))));
        }

        if (view.Fitting == 0)
        {
            parts.Add(new Separator());
            parts.Add(new TextDisplay(view.Kept == 0
                ? $"No snapshot yet. The first copies everything: {FirstWords(view.First)}. Later ones only what changed."
                : "No snapshot fits this filter."));
        }
        else
        {
            parts.Add(new Separator());
            parts.AddRange(view.Snapshots.Select(snapshot => Row(snapshot, null)));
            parts.Add(new Separator());
            parts.Add(Pages(view));
        }

        if (view.Owner == PanelOwner.Asker)
        {
            parts.Add(FilterSelect(view, server));
        }

        parts.Add(new TextDisplay(ChatText.Small(view.State.Filter == PanelFilter.Usual ? "Safety copies hidden. Filter shows them." : FilterWords(view.State.Filter))));
        return parts;
    }

    /// <summary>What to expect of a server's first snapshot: <c>about 22 GiB, 9 min, players stay on</c>.</summary>
    public static string FirstWords(FirstSnapshot? first) =>
        (first is null ? "" : $"about {Words.Size(first.Bytes)}, {Words.Roughly(first.Time)}, ") + "players stay on";

    private static string Head(PanelView view, PanelServer chosen)
    {
        var last = chosen.Last is { } newest ? "Last snapshot " + ChatText.Time(newest.CreatedAt) : "No snapshot yet";
        var next = chosen.Next is { } time ? " · next " + ChatText.Time(time) : "";
        var kept = $"{Words.Count(view.Kept)} kept, {Words.Count(view.Locked)} locked";
        var reason = chosen.LightReason is { } why ? "\n" + why : "";
        return $"## {Dot(chosen.Light)} {ChatText.Name(chosen.Server.Server.Name)}\n{last}{next}\n{kept}"
            + (view.Storage is { } storage ? " · " + storage : "") + reason
            + (chosen.Server.Server.State is var state and not ServerState.Running ? $"\n{ChatText.Small("the server is " + ServerPages.StateOf(state))}" : "");
    }

    /// <summary>One snapshot of a list, with its server's name where the list is of several.</summary>
    public static Part Row(SnapshotInfo snapshot, string? server) => new Section(
        $"{(server is null ? "" : ChatText.Name(server) + " · ")}{ChatText.Bold(snapshot.Name)}{Badges(snapshot)}\n{ChatText.Time(snapshot.CreatedAt)} · {(SnapshotCard.Online(snapshot) is { } online ? online + " · " : "")}+{Words.Size(snapshot.BytesAdded)}\n"
        + ChatText.Small($"{SnapshotCard.Moment(snapshot)} · {ChatText.Person(snapshot.CreatedBy)}"),
        Button.Secondary("Open", CustomId.Of(Verb.Open, snapshot.Id.Value)) with { IsOff = false });

    private static ActionRow Pages(PanelView view)
    {
        if (view.Owner == PanelOwner.Everyone)
        {
            return new ActionRow(Button.Secondary(
                $"Show all {Words.Count(view.Fitting)}", view.State.ToId() + ":all"));
        }

        var pages = Math.Max(1, (view.Fitting + RowsAPage - 1) / RowsAPage);
        var at = Math.Min(view.State.Page, pages - 1);
        return new ActionRow(
            Button.Secondary("◀ Newer", (view.State with { Page = Math.Max(0, at - 1) }).ToId() + ":n") with { IsOff = at == 0 },
            Button.Secondary(string.Create(CultureInfo.InvariantCulture, $"{at + 1} of {pages}"), view.State.ToId() + ":at") with { IsOff = true },
            Button.Secondary("Older ▶", (view.State with { Page = at + 1 }).ToId() + ":o") with { IsOff = at >= pages - 1 });
    }

    private static ActionRow FilterSelect(PanelView view, string server) => new(new StringSelect(
        CustomId.Of(Verb.PanelFilter, server),
        [.. Enum.GetValues<PanelFilter>().Select(filter => new SelectOption(FilterWords(filter), PanelState.Word(filter)) { IsPicked = filter == view.State.Filter })])
    {
        Placeholder = "Filter…",
    });

    private static string FilterWords(PanelFilter filter) => filter switch
    {
        PanelFilter.Locked => "Locked only",
        PanelFilter.Manual => "Made by people only",
        PanelFilter.Everything => "All, safety copies too",
        _ => "All but safety copies",
    };

    private static IReadOnlyList<Part> Other(PanelView view, PanelServer chosen)
    {
        var title = view.State.Tab == PanelTab.Schedules ? "schedules" : "storage";
        var head = $"## {Dot(chosen.Light)} {ChatText.Name(chosen.Server.Server.Name)} · {title}"
            + (view.State.Tab == PanelTab.Schedules ? $"\nTimes are {ChatText.Name(view.Zone.Id)}{Active(view.Schedules)}" : "");
        var parts = new List<Part> { new TextDisplay(head) };
        if (view.State.Tab == PanelTab.Schedules)
        {
            parts.AddRange(Schedules(view, chosen.Server.Server.Id.Value));
        }
        else if (view.Other is { } page)
        {
            parts.Add(new TextDisplay(PageCard.Text(page)));
        }

        return parts;
    }

    private static string Active(IReadOnlyList<ScheduleInfo> schedules)
    {
        var active = schedules.Count(schedule => schedule.Pause == SchedulePause.Active);
        return schedules.Count == 0 ? "" : $" · {Words.Count(active)} active" + (active < schedules.Count ? $", {Words.Count(schedules.Count - active)} paused" : "");
    }

    private static IEnumerable<Part> Schedules(PanelView view, string server)
    {
        if (view.Schedules.Count == 0)
        {
            yield return new TextDisplay("No schedule yet: nothing takes snapshots by itself.");
        }

        if (MayPress(view, GuildRole.Admin))
        {
            var waiting = view.Schedules.Count(schedule => schedule.Pause == SchedulePause.Rebuilt);
            var create = Button.Primary("Create schedule", CustomId.Of(Verb.NewSchedule, server));
            yield return waiting == 0
                ? new ActionRow(create)
                : new ActionRow(create, Button.Secondary($"Turn on {Words.Count(waiting)} paused", CustomId.Of(Verb.Schedule, "allon", server)));
        }

        if (view.Schedules.Count == 0)
        {
            yield break;
        }

        yield return new Separator();
        foreach (var schedule in view.Schedules.Take(RowsAPage))
        {
            yield return ScheduleCards.Row(schedule);
        }

        yield return new TextDisplay(
            (view.Schedules.Count > RowsAPage ? ChatText.Small($"and {Words.Count(view.Schedules.Count - RowsAPage)} more: `/schedule list`") + "\n" : "") + ScheduleCards.Legend);
    }

    private static string Badges(SnapshotInfo snapshot) => (snapshot.Locked ? " 🔒" : "") + (snapshot.BootProvenAt is null ? "" : " 🧪");

    private static string Dot(Light light) => light switch
    {
        Light.Green => "🟢",
        Light.Amber => "🟡",
        _ => "🔴",
    };

    private static int EdgeOf(PanelView view) => view.Servers.Count == 0 ? Colour.Off : (view.Chosen?.Light ?? view.Servers.Max(server => server.Light)) switch
    {
        Light.Green => Colour.Good,
        Light.Amber => Colour.Look,
        _ => Colour.Act,
    };
}
