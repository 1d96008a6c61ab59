using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Interactions.Suggestions;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Service;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>
/// Takes every interaction: looks up what holds in its guild, hands it to its route, and is the one place that catches everything. Nobody is
/// left without an answer, and nobody is shown an exception.
/// </summary>
internal sealed class Dispatcher : IChatHandler
{
    // Suggestions are the first answer, for which Discord waits three seconds: late ones are none.
    private static readonly TimeSpan SuggestionsWait = TimeSpan.FromSeconds(2);

    // What one guild's panel needs is compiled and opened then; the others' find it so.
    private const int WarmGuilds = 2;

    private readonly Desk _desk;
    private readonly ILogger _log;
    private readonly Auditor _auditor;
    private readonly CommandRoute _commands;
    private readonly PressRoute _presses;
    private readonly FormRoute _forms;
    private readonly PanelRoute _panels;
    private readonly SettingRoute _settings;
    private readonly BrowseRoute _browsing;
    private readonly FindRoute _finding;
    private readonly AuditRoute _audit;
    private readonly Suggester _suggester;
    private readonly Places _places = new();

    public Dispatcher(Desk desk, ILogger log)
    {
        _desk = desk;
        _log = log;
        _auditor = new Auditor(desk.Chat, desk.Audit, desk.Time);
        var carrier = new Carrier(desk);
        _commands = new CommandRoute(desk, _auditor, carrier);
        _panels = new PanelRoute(desk, _auditor, log);
        _settings = new SettingRoute(desk, _auditor, _commands);
        _browsing = new BrowseRoute(desk, _auditor, _commands);
        _finding = new FindRoute(desk, _auditor, _commands);
        _audit = new AuditRoute(desk, _auditor);
        var parts = new PartRoute(desk, _auditor, _commands, _browsing);
        _presses = new PressRoute(_auditor, new PressRoutes
        {
            Panels = _panels,
            New = new NewRoute(desk, _auditor, _commands),
            Snapshots = new SnapshotRoute(desk, _auditor, _commands, _browsing),
            Browsing = _browsing,
            Finding = _finding,
            Audit = _audit,
            Parts = parts,
            Questions = new QuestionRoute(desk, _auditor, _commands, _settings),
            Asks = new AskRoute(desk, _auditor, _commands, carrier),
            Operations = new OperationRoute(desk, _auditor, _commands, carrier),
            Incidents = new IncidentRoute(desk, _auditor, _commands, carrier),
            Schedules = new ScheduleRoute(desk, _auditor, _commands, _panels),
            Servers = new ServerRoute(desk, _auditor, _commands),
            Settings = _settings,
        });
        _forms = new FormRoute(desk, _auditor, _commands, parts);
        _suggester = new Suggester(desk);
    }

    public PanelRoute Panels => _panels;

    /// <summary>Opens and reads what the first press would have to wait for.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        _ = _desk.SnapshotNames.Find([], "", 1);
        foreach (var guild in _desk.GuildSettings.Allowed().Take(WarmGuilds))
        {
            try
            {
                _ = await new PanelReader(_desk).ReadAsync(PanelState.First, PanelOwner.Everyone, _desk.GuildSettings.Of(guild), GuildRole.Viewer, cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // A repository that can't be reached now is told to whoever asks; it must not keep the bot from answering.
                _log.WarmUpFailed(error);
            }
        }

        _ = Notes.NotSetUp();
    }

    public async Task ReadyAsync(ChatReady ready, CancellationToken cancellationToken)
    {
        const string Subject = "commands";
        var known = _desk.Posted.Find(Subject)?.State;
        var hash = await _desk.Chat.ReplaceCommandsAsync(CommandSet.Of(_desk.Commands), known, cancellationToken);
        if (hash != known)
        {
            await _desk.Posted.PutAsync(Subject, 0, 0, null, hash, cancellationToken);
        }
    }

    public async Task InteractAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        if (interaction.Guild is not { } guild)
        {
            if (interaction is not AutocompleteAsk)
            {
                await _desk.Chat.ReplyAsync(interaction, Notes.InDirectMessage(), Audience.Asker, cancellationToken);
            }

            return;
        }

        using var place = _places.Take(interaction.User.Id.Value);
        var turn = new Turn(_desk.Chat, interaction, guild, _desk.GuildSettings.Of(guild.Value), place);
        if (interaction is AutocompleteAsk ask)
        {
            await SuggestAsync(turn, ask, place, cancellationToken);
            return;
        }

        try
        {
            await (place is null ? TooMuchAsync(turn, cancellationToken) : RouteAsync(turn, interaction, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            await FailAsync(turn, error, cancellationToken);
        }
    }

    public Task GuildAppearedAsync(ChatGuild guild, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task GuildLeftAsync(GuildId guild, CancellationToken cancellationToken) => Task.CompletedTask;

    private Task RouteAsync(Turn turn, Interaction interaction, CancellationToken cancellationToken) => interaction switch
    {
        SlashInvocation { Path: ["panel"] } => _panels.PostAsync(turn, cancellationToken),
        SlashInvocation { Path: ["settings", var verb] } it => _settings.RunAsync(turn, verb, it.Options, cancellationToken),
        SlashInvocation it => RunAsync(turn, it, cancellationToken),
        ComponentPress press => _presses.PressAsync(turn, press, cancellationToken),
        ModalSubmit submit => _forms.SubmitAsync(turn, submit, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task RunAsync(Turn turn, SlashInvocation invocation, CancellationToken cancellationToken)
    {
        if (_desk.Command(string.Join(' ', invocation.Path)) is not { } command)
        {
            await _auditor.RefuseUnknownAsync(turn, "command", cancellationToken);
            return;
        }

        var given = Given.Of(command, invocation.Options);
        switch (command.Key)
        {
            case "snapshot list" or "server list" or "schedule list" when await _commands.MayAsync(turn, command, cancellationToken):
                await ListAsync(turn, command, given, cancellationToken);
                break;
            case "snapshot list" or "server list" or "schedule list":
                break;
            case "snapshot browse" when given.Values.TryGetValue("SNAPSHOT", out var whole) && whole is [var snapshot, ..]:
                var server = given.ServerHint is { } hint ? _desk.Servers.FindName(hint, turn.Guild) : null;
                var folder = given.Values.TryGetValue("PATH", out var place) && place is [var path, ..] ? path : null;
                await _browsing.BeginAsync(turn, snapshot, folder, server, cancellationToken);
                break;
            case "snapshot info" when given.Values.TryGetValue("SNAPSHOT", out var words) && words is [var text, ..]:
                await InfoAsync(turn, command, given, text, cancellationToken);
                break;
            case "operation list" when given.Values.ContainsKey("--audit"):
                await _audit.ShowAsync(turn, given.Values.TryGetValue("--by", out var people) && people is [var who, ..] ? who : null, cancellationToken);
                break;
            case "operation list":
                await OperationsAsync(turn, command, given, cancellationToken);
                break;
            default:
                await _commands.RunAsync(turn, command, given, Consent.None, cancellationToken);
                break;
        }
    }

    /// <summary>Lists are one's own copy of the panel: the same page, with its buttons.</summary>
    private async Task ListAsync(Turn turn, ChatCommand command, Given given, CancellationToken cancellationToken)
    {
        await turn.AcknowledgeAsync(cancellationToken);
        var state = PanelState.First with
        {
            Tab = command.Key == "schedule list" ? PanelTab.Schedules : PanelTab.Snapshots,
            Filter = given.Values.ContainsKey("--locked") ? PanelFilter.Locked : PanelFilter.Usual,
        };
        if (command.Inputs.FirstOrDefault(input => input.Kind == OptionKind.Server) is { } input && given[input] is [var text, ..])
        {
            if (_desk.Servers.FindName(text, turn.Guild) is not { } server)
            {
                await turn.ShowAsync(Notes.Elsewhere(), cancellationToken);
                await _auditor.RefusedAsync(turn, command.Key, null, "elsewhere", cancellationToken);
                return;
            }

            state = state with { Server = server.Id.Value };
            given = given.With(input, server.Id.Value);
        }

        if (command.Key == "snapshot list" && FindRoute.IsWanted(given))
        {
            await _finding.BeginAsync(turn, command, given, cancellationToken);
            return;
        }

        await _panels.ShowAsync(turn, state, cancellationToken);
    }

    private async Task InfoAsync(Turn turn, ChatCommand command, Given given, string text, CancellationToken cancellationToken)
    {
        if (!await _commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        var hint = given.ServerHint is { } server ? _desk.Servers.FindName(server, turn.Guild) : null;
        if (await new HomeSnapshots(_desk, _auditor).FindAsync(turn, command.Key, text, hint, cancellationToken) is not { } snapshot)
        {
            return;
        }

        var rights = SnapshotRights.Of(turn.Member, turn.Settings, Locks.WasJustLockedBy(_desk, turn.Person, snapshot.Id.Value));
        await turn.ShowAsync(SnapshotCard.Of(await _desk.Snapshots.InfoAsync(snapshot, cancellationToken), rights), cancellationToken);
    }

    private async Task OperationsAsync(Turn turn, ChatCommand command, Given given, CancellationToken cancellationToken)
    {
        if (!await _commands.MayAsync(turn, command, cancellationToken))
        {
            return;
        }

        await turn.AcknowledgeAsync(cancellationToken);
        using var output = new MemoryStream();
        var reply = await command.Spec.RunAsync(given.ToInputs(), _desk.Context(output), cancellationToken);
        if (reply is not Answer answer || await GuildView.OnlyAsync(_desk, answer.Outcome, turn.Guild, null, cancellationToken) is not { } seen)
        {
            await turn.ShowAsync(Notes.Elsewhere(), cancellationToken);
            await _auditor.RefusedAsync(turn, command.Key, null, "elsewhere", cancellationToken);
            return;
        }

        await turn.ShowAsync(OutcomeCard.Of(seen, turn.Settings.Zone), cancellationToken);
    }

    private async Task TooMuchAsync(Turn turn, CancellationToken cancellationToken)
    {
        await turn.ShowBesideAsync(Notes.TooMuch(Places.Most), cancellationToken);
        await _auditor.RefusedSeldomAsync(turn, "any", "too-much-at-once", cancellationToken);
    }

    private async Task SuggestAsync(Turn turn, AutocompleteAsk ask, IDisposable? place, CancellationToken cancellationToken)
    {
        IReadOnlyList<Chat.SlashCommands.Choice> choices;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(SuggestionsWait);
        try
        {
            choices = place is null ? [] : await _suggester.SuggestAsync(turn, ask, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            choices = [];
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _log.SuggestionFailed(error);
            choices = [];
        }

        await _desk.Chat.SuggestAsync(ask, choices, cancellationToken);
        if (choices.Count == 0 && turn.Role == GuildRole.None)
        {
            await _auditor.RefusedSeldomAsync(turn, "suggest " + string.Join(' ', ask.Path), turn.Settings.IsAllowed ? "role" : "guild-not-allowed", cancellationToken);
        }
    }

    /// <summary>The only catch-all of this surface.</summary>
    private async Task FailAsync(Turn turn, Exception error, CancellationToken cancellationToken)
    {
        var message = error switch
        {
            CommandFailedException failed => Notes.Of(failed.Failure),
            BadInputException bad => Notes.Of(Failures.BadInput(bad)),
            // Too late, or answered already: nobody is waiting for a word any more. All else is about a channel, or about the answer's own shape.
            ChatRequestException { Error: ChatError.InteractionExpired or ChatError.AlreadyAnswered or ChatError.Stopped } => null,
            ChatRequestException { Error: ChatError.Forbidden } => Notes.CantWriteThere(turn.Channel, "What you asked for was not posted."),
            ChatRequestException => Notes.NotTaken("No server was harmed by that; what had begun goes on and is in `/operation list`."),
            _ when ServiceFailure.Describe(error) is { Code: not "unexpected" } known => Notes.Of(OperationPages.Of(known)),
            _ => Unexpected(error),
        };
        if (error is ChatRequestException)
        {
            _log.AnswerFailed(error);
        }

        if (message is null)
        {
            return;
        }

        try
        {
            await turn.ShowBesideAsync(message, cancellationToken);
        }
        catch (ChatRequestException lost)
        {
            _log.AnswerFailed(lost);
        }
    }

    private Message Unexpected(Exception error)
    {
        var id = RandomNumberGenerator.GetHexString(4);
        _log.Unexpected(id, error);
        return Notes.Unexpected(id);
    }
}
