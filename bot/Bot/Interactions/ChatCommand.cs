using SnapshotBot.Bot.Commands;
using SnapshotBot.Service.Guilds;

namespace SnapshotBot.Bot.Interactions;

/// <summary>A command as a chat offers it; made from its spec, so that a new command is there without a word here.</summary>
internal sealed record ChatCommand
{
    private static readonly HashSet<string> NotInChat = new(StringComparer.Ordinal)
    {
        // The first waits for ever; the second is a button on the message that says it is deleted.
        "operation watch", "snapshot undelete",
    };

    // In a chat a viewer may see how much differs; which files, only operators do.
    private static readonly Dictionary<string, GuildRole> Lower = new(StringComparer.Ordinal)
    {
        ["snapshot diff"] = GuildRole.Viewer,
        ["snapshot unlock"] = GuildRole.Operator,
    };

    // A shell lists; in a chat the same is walked through.
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal) { ["snapshot ls"] = "snapshot browse" };

    public required CommandSpec Spec { get; init; }

    public required IReadOnlyList<string> Path { get; init; }

    public required IReadOnlyList<ChatInput> Inputs { get; init; }

    public required GuildRole Needed { get; init; }

    /// <summary>The key others name it by: <c>snapshot create</c>.</summary>
    public string Key => string.Join(' ', Path);

    public GuildAct Act => Spec.Name is "snapshot restore" or "snapshot undo" ? GuildAct.Restore : GuildAct.Ordinary;

    /// <summary>Whether it names a server, or something of one.</summary>
    public bool NamesSomething => Inputs.Any(input => input.Kind is OptionKind.Server or OptionKind.Snapshot or OptionKind.Schedule or OptionKind.Operation);

    /// <summary>All commands of a list that a chat offers.</summary>
    public static IReadOnlyList<ChatCommand> AllOf(IReadOnlyList<CommandSpec> specs)
    {
        var groups = specs.Select(spec => spec.Group).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. specs.Where(spec => spec.Role != Role.Terminal && !NotInChat.Contains(spec.Name) && spec.Inputs.All(input => IsGiven(spec, input))).Select(spec => Of(spec, groups))];
    }

    // A command that must be told something a chat may not tell is not for a chat.
    private static bool IsGiven(CommandSpec spec, Input input) =>
        (!input.Required && input.Shape is not (InputShape.Word or InputShape.Words)) || ChatInput.Of(spec, input) is not null;

    private static ChatCommand Of(CommandSpec spec, HashSet<string> groups) => new()
    {
        Spec = spec,

        // A word can't be a command and a group of commands at once.
        Path = spec.Group is null && groups.Contains(spec.Name) ? [spec.Name, "show"] : Renamed.TryGetValue(spec.Name, out var name) ? name.Split(' ') : spec.Name.Split(' '),
        Inputs = [.. spec.Inputs.Select(input => ChatInput.Of(spec, input)).OfType<ChatInput>()],
        Needed = Lower.TryGetValue(spec.Name, out var lower) ? lower : spec.Role switch
        {
            Role.Viewer => GuildRole.Viewer,
            Role.Operator => GuildRole.Operator,
            _ => GuildRole.Admin,
        },
    };
}
