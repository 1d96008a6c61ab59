using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Interactions;

/// <summary>What an option names: it is suggested, and looked up in the guild of whoever gives it.</summary>
internal enum OptionKind
{
    Text,
    Flag,
    Number,
    Server,
    Snapshot,

    /// <summary>A snapshot, or <c>now</c>.</summary>
    Moment,
    Path,
    Schedule,
    Container,

    /// <summary>A compose project.</summary>
    Project,
    Zone,
    Operation,
    Channel,

    /// <summary>Somebody of the guild.</summary>
    Person,
}

/// <summary>An input of a command as an option of a slash command.</summary>
/// <param name="Option">Its name, as product and docs have it: <c>server</c>, <c>snapshot</c>, <c>lock</c>.</param>
internal sealed record ChatInput(Input Input, string Option, OptionKind Kind)
{
    // What a chat may give. Anything else belongs to the terminal until somebody has thought about it: paths of the machine, other guilds,
    // other places for data.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "server", "snapshot", "other", "name", "note", "by", "lock", "container", "compose", "profile", "path", "part", "locked", "since", "limit", "all", "operation",
        "schedule", "every", "when", "keep", "zone", "channel", "count", "publish", "keep-secrets", "for", "start", "boot", "read-data", "tag", "audit", "ignore", "include", "paths",
    };

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["LATER"] = "other",
        ["TEXT"] = "note",
        ["NEWNAME"] = "name",
        ["ID"] = "operation",
    };

    public bool IsRequired => Kind is not (OptionKind.Server or OptionKind.Moment)
        && (Input.Shape is InputShape.Word or InputShape.Words || Input.Required);

    /// <summary>The option for an input, or null for one that belongs to the terminal.</summary>
    public static ChatInput? Of(CommandSpec spec, Input input)
    {
        var name = Names.GetValueOrDefault(input.Name) ?? input.Name.TrimStart('-').ToLowerInvariant();
        return Known.Contains(name) ? new ChatInput(input, name, KindOf(spec, input, name)) : null;
    }

    private static OptionKind KindOf(CommandSpec spec, Input input, string option) => (option, spec.Group) switch
    {
        ("server", _) => OptionKind.Server,
        ("snapshot", _) => OptionKind.Snapshot,
        ("other", _) => OptionKind.Moment,
        ("path", _) => OptionKind.Path,
        ("container", "server") => OptionKind.Container,
        ("compose", "server") => OptionKind.Project,
        ("zone", _) => OptionKind.Zone,
        ("operation", "operation") => OptionKind.Operation,
        ("schedule", _) => OptionKind.Schedule,
        ("name", "schedule") when spec.Verb is not ("set" or "preview") => OptionKind.Schedule,
        ("channel", _) => OptionKind.Channel,
        ("by", _) => OptionKind.Person,
        _ when input.Shape == InputShape.Flag => OptionKind.Flag,
        _ when input.ValueName == "N" && input is Input<int?> => OptionKind.Number,
        _ => OptionKind.Text,
    };
}
