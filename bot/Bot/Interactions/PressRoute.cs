using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What a pressed button or a picked line does. The id it carries is only a wish: who presses is authorised as if they had typed it.</summary>
internal sealed class PressRoute(Auditor auditor, PressRoutes routes)
{
    public async Task PressAsync(Turn turn, ComponentPress press, CancellationToken cancellationToken)
    {
        if (CustomId.Parse(press.CustomId) is not { } id)
        {
            await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
            return;
        }

        switch (id.Verb)
        {
            case Verb.Panel or Verb.PanelServer or Verb.PanelFilter or Verb.PostPanel:
                await routes.Panels.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            case Verb.New:
                await routes.New.SnapshotAsync(turn, id[0], cancellationToken);
                break;
            case Verb.NewSchedule:
                await routes.New.ScheduleAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Open:
                await routes.Snapshots.OpenAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Run:
                await routes.Snapshots.RunAsync(turn, id[0], id[1], id[2], cancellationToken);
                break;
            case Verb.More when press.Values is [var word, ..]:
                await routes.Snapshots.MoreAsync(turn, word, id[0], cancellationToken);
                break;
            case Verb.Form when id[0] == "part":
                await routes.Parts.ShowAsync(turn, id[1], cancellationToken);
                break;
            case Verb.Form:
                await routes.Snapshots.FormAsync(turn, id[0], id[1], cancellationToken);
                break;
            case Verb.Yes:
                await routes.Questions.YesAsync(turn, id[0], cancellationToken);
                break;
            case Verb.No:
                await routes.Questions.NoAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Cancel:
                await routes.Operations.CancelAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Details:
                await routes.Operations.DetailsAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Again:
                await routes.Operations.AgainAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Ask:
                await routes.Asks.AskAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Decline:
                await routes.Asks.DeclineAsync(turn, id[0], press, cancellationToken);
                break;
            case Verb.Undelete:
                await routes.Operations.UndeleteAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Fine:
                await routes.Incidents.ResumeAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Mute:
                await routes.Incidents.MuteAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Server:
                await routes.Servers.PressAsync(turn, id[0], id[1], cancellationToken);
                break;
            case Verb.Schedule:
                await routes.Schedules.PressAsync(turn, id, cancellationToken);
                break;
            case Verb.Preview:
                await routes.Schedules.PreviewAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Change:
                await routes.Schedules.ReopenAsync(turn, id[0], cancellationToken);
                break;
            case Verb.Browse:
                await routes.Browsing.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            case Verb.Find:
                await routes.Finding.PressAsync(turn, id, cancellationToken);
                break;
            case Verb.Audit:
                await routes.Audit.PressAsync(turn, id, cancellationToken);
                break;
            case Verb.Part:
                await routes.Parts.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            case Verb.Set or Verb.AddServer:
                await routes.Settings.PressAsync(turn, id, press.Values, cancellationToken);
                break;
            default:
                await auditor.RefuseUnknownAsync(turn, "button", cancellationToken);
                break;
        }
    }
}

/// <summary>The routes of what has buttons, one for what they are about.</summary>
internal sealed record PressRoutes
{
    public required PanelRoute Panels { get; init; }

    public required NewRoute New { get; init; }

    public required SnapshotRoute Snapshots { get; init; }

    public required BrowseRoute Browsing { get; init; }

    public required FindRoute Finding { get; init; }

    public required AuditRoute Audit { get; init; }

    public required PartRoute Parts { get; init; }

    public required QuestionRoute Questions { get; init; }

    public required AskRoute Asks { get; init; }

    public required OperationRoute Operations { get; init; }

    public required IncidentRoute Incidents { get; init; }

    public required ScheduleRoute Schedules { get; init; }

    public required ServerRoute Servers { get; init; }

    public required SettingRoute Settings { get; init; }
}
