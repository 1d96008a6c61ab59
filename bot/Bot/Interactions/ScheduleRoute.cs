using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The buttons of schedules: each is a command as if typed, shown with the schedule it changed.</summary>
internal sealed class ScheduleRoute(Desk desk, Auditor auditor, CommandRoute commands, PanelRoute panels)
{
    private const string SetKey = "schedule set";

    public Task PressAsync(Turn turn, CustomId id, CancellationToken cancellationToken) => id[0] switch
    {
        "open" => OpenAsync(turn, id[1], cancellationToken),
        "pause" or "resume" => SwitchAsync(turn, "schedule " + id[0], id[1], cancellationToken),
        "run" or "history" or "remove" => RunAsync(turn, "schedule " + id[0], id[1], cancellationToken),
        "change" => ChangeAsync(turn, id[1], cancellationToken),
        "allon" => AllOnAsync(turn, id[1], cancellationToken),
        _ => auditor.RefuseUnknownAsync(turn, "button", cancellationToken),
    };

    /// <summary>"Use that", and "go on" once the zone is set: the preview anew, of what was kept.</summary>
    public async Task PreviewAsync(Turn turn, string handle, CancellationToken cancellationToken)
    {
        if (Kept(turn, handle) is ({ } kept, { } command))
        {
            await commands.RunAsync(turn, command, kept.ToGiven(), Consent.None, cancellationToken);
            return;
        }

        await auditor.RefuseGoneAsync(turn, SetKey, null, cancellationToken);
    }

    /// <summary>The form again, with what was filled in.</summary>
    public async Task ReopenAsync(Turn turn, string handle, CancellationToken cancellationToken)
    {
        if (Kept(turn, handle) is ({ } kept, { } command))
        {
            if (await commands.MayAsync(turn, command, cancellationToken))
            {
                var (server, fields) = SchedulePreviewer.FormOf(kept);
                await turn.OpenAsync(Forms.ChangeSchedule(server, fields, await RuleOfAsync(new ServerId(server), cancellationToken)), cancellationToken);
            }

            return;
        }

        await auditor.RefuseGoneAsync(turn, SetKey, null, cancellationToken);
    }

    private (KeptCommand? Kept, ChatCommand? Command) Kept(Turn turn, string handle) =>
        desk.Confirms.Look(handle, turn.Guild, turn.Person) is { } request && KeptCommand.Read(request) is { Command: SetKey } kept
            ? (kept, desk.Command(SetKey))
            : (null, null);

    private async Task RunAsync(Turn turn, string key, string schedule, CancellationToken cancellationToken)
    {
        if (desk.Command(key) is { } command)
        {
            await commands.RunAsync(turn, command, Given.One(command, OptionKind.Schedule, schedule), Consent.None, cancellationToken);
        }
    }

    private async Task OpenAsync(Turn turn, string schedule, CancellationToken cancellationToken)
    {
        if (await FindAsync(turn, "schedule list", schedule, cancellationToken) is { } found)
        {
            await turn.ShowAsync(ScheduleCards.Of(found, RightsOf(turn)), cancellationToken);
        }
    }

    private async Task SwitchAsync(Turn turn, string key, string schedule, CancellationToken cancellationToken)
    {
        if (desk.Command(key) is not { } command || await FindAsync(turn, key, schedule, cancellationToken) is not { } found)
        {
            return;
        }

        await SwitchAsync(turn, command, found, cancellationToken);
        if ((await desk.Service.GetAsync<ScheduleReads>(cancellationToken)).Find(found.Id.Value) is ScheduleFound.One now)
        {
            await turn.ShowAsync(ScheduleCards.Of(now.Schedule, RightsOf(turn)), cancellationToken);
        }
    }

    private async Task SwitchAsync(Turn turn, ChatCommand command, ScheduleInfo schedule, CancellationToken cancellationToken)
    {
        using var output = new MemoryStream();
        var reply = await command.Spec.RunAsync(
            Given.One(command, OptionKind.Schedule, schedule.Id.Value).ToInputs(), desk.Context(output, turn.Person), cancellationToken);
        var ending = reply is Answer answer ? OutcomeCard.Told(answer.Outcome, turn.Settings.Zone).Ending : Ending.Done;
        await auditor.EndedAsync(turn, command.Key, schedule.Id.Value, ending, cancellationToken);
    }

    /// <summary>Lets all of a server's schedules run again that came back with a rebuilt catalog.</summary>
    private async Task AllOnAsync(Turn turn, string server, CancellationToken cancellationToken)
    {
        if (desk.Command("schedule resume") is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (desk.Servers.FindName(server, turn.Guild) is not { Reach: ServerReach.Home } found)
        {
            await turn.ShowBesideAsync(Notes.Elsewhere(), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, null, "elsewhere", cancellationToken);
            return;
        }

        var reads = await desk.Service.GetAsync<ScheduleReads>(cancellationToken);
        foreach (var schedule in reads.List(found.Id).Where(one => one.Pause == SchedulePause.Rebuilt))
        {
            await SwitchAsync(turn, command, schedule, cancellationToken);
        }

        await panels.ShowAsync(turn, PanelState.First with { Tab = PanelTab.Schedules, Server = found.Id.Value }, cancellationToken);
    }

    private async Task ChangeAsync(Turn turn, string schedule, CancellationToken cancellationToken)
    {
        // A form must be the first answer: nothing is acknowledged before it.
        if (desk.Command(SetKey) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        if (await VisibleAsync(turn, schedule, cancellationToken) is not { } found)
        {
            await turn.ShowBesideAsync(Notes.NoSuch("schedule"), cancellationToken);
            await auditor.RefusedAsync(turn, command.Key, null, "schedule-unknown", cancellationToken);
            return;
        }

        var when = found.When switch
        {
            ScheduleWhen.Online => "online",
            ScheduleWhen.Played => "played",
            _ => "any",
        };
        await turn.OpenAsync(
            Forms.ChangeSchedule(
                found.ServerId.Value, new ScheduleFields(found.Name, found.Every, when, found.Keep ?? ""), await RuleOfAsync(found.ServerId, cancellationToken)),
            cancellationToken);
    }

    private async Task<RetentionInForce> RuleOfAsync(ServerId server, CancellationToken cancellationToken) =>
        (await desk.Service.GetAsync<RetentionReads>(cancellationToken)).RuleOf(server);

    private async Task<ScheduleInfo?> FindAsync(Turn turn, string key, string schedule, CancellationToken cancellationToken)
    {
        if (desk.Command(key) is not { } command || !await commands.MayAsync(turn, command, cancellationToken))
        {
            return null;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        if (await VisibleAsync(turn, schedule, cancellationToken) is { } found)
        {
            return found;
        }

        await turn.ShowBesideAsync(Notes.NoSuch("schedule"), cancellationToken);
        await auditor.RefusedAsync(turn, key, null, "schedule-unknown", cancellationToken);
        return null;
    }

    private async Task<ScheduleInfo?> VisibleAsync(Turn turn, string schedule, CancellationToken cancellationToken) =>
        (await desk.Service.GetAsync<ScheduleReads>(cancellationToken)).Find(schedule) is ScheduleFound.One one
        && desk.Servers.FindName(one.Schedule.ServerId.Value, turn.Guild) is { Reach: ServerReach.Home }
            ? one.Schedule
            : null;

    private static ScheduleRights RightsOf(Turn turn) => turn.Role >= GuildRole.Admin ? ScheduleRights.Change : ScheduleRights.Look;
}
