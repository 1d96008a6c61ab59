using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;
using SnapshotBot.Chat.SlashCommands;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions.Suggestions;

/// <summary>Suggests while somebody types: one class a kind of thing. Whoever may not see a thing is not even told its name.</summary>
internal sealed class Suggester(Desk desk)
{
    private readonly Dictionary<OptionKind, ISuggestions> _kinds = new()
    {
        [OptionKind.Server] = new ServerSuggestions(desk),
        [OptionKind.Snapshot] = new SnapshotSuggestions(desk),
        [OptionKind.Moment] = new SnapshotSuggestions(desk),
        [OptionKind.Path] = new PathSuggestions(desk),
        [OptionKind.Container] = new ContainerSuggestions(desk),
        [OptionKind.Project] = new ProjectSuggestions(desk),
        [OptionKind.Operation] = new OperationSuggestions(desk),
        [OptionKind.Schedule] = new ScheduleSuggestions(desk),
        [OptionKind.Zone] = new ZoneSuggestions(),
    };

    public async Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken)
    {
        if (ask is { Path: ["settings", "zone"] })
        {
            return turn.Settings.IsAllowed && Access.Decide(turn.Member, turn.Settings, GuildAct.Settings, GuildRole.Admin, ServerReach.Home) is AccessDecision.Granted
                ? await _kinds[OptionKind.Zone].SuggestAsync(turn, ask, cancellationToken)
                : [];
        }

        if (desk.Command(string.Join(' ', ask.Path)) is not { } command
            || Access.Decide(turn.Member, turn.Settings, command.Act, command.Needed, ServerReach.Home) is AccessDecision.Refused)
        {
            return [];
        }

        var kind = command.Inputs.FirstOrDefault(input => input.Option == ask.Focused)?.Kind ?? (ask.Focused == "server" ? OptionKind.Server : OptionKind.Text);
        return _kinds.TryGetValue(kind, out var suggestions) ? await suggestions.SuggestAsync(turn, ask, cancellationToken) : [];
    }

    /// <summary>A suggestion: a label people read, a value that names one thing.</summary>
    internal static Choice Of(string label, string value) => new(ChatText.Label(label, (int)Limits.ChoiceName.Most), value);
}

/// <summary>Suggests one kind of thing.</summary>
internal interface ISuggestions
{
    Task<IReadOnlyList<Choice>> SuggestAsync(Turn turn, AutocompleteAsk ask, CancellationToken cancellationToken);
}
