using SnapshotBot.Bot.Commands;

namespace SnapshotBot.Bot.Presentation;

/// <summary>Help, made from the specs.</summary>
internal static class HelpPages
{
    private static readonly IReadOnlyList<Fact> Globals =
    [
        new("--data DIR", "data folder (SNAPSHOTBOT_DATA, ./data)"),
        new("--json", "one JSON document on stdout"),
        new("--progress STYLE", "auto, plain, json or none, on stderr"),
        new("-h, --help", "help for what stands before it"),
    ];

    public static Page Root(IReadOnlyList<CommandSpec> specs)
    {
        var blocks = new List<Block>
        {
            new Sentence("snapshotbot: undo for game servers that run as Docker containers", Tone.Title),
            new Sentence("", Tone.Plain),
            new Sentence("Usage: snapshotbot [options] COMMAND", Tone.Plain),
            new Sentence("", Tone.Plain),
        };
        var groups = specs.GroupBy(spec => spec.Group ?? (specs.Any(other => other.Group == spec.Name) ? spec.Name : ""), StringComparer.Ordinal);
        foreach (var group in groups)
        {
            blocks.Add(new Facts([.. group.Select(spec => new Fact("  " + spec.Name, spec.Summary))]));
            blocks.Add(new Sentence("", Tone.Plain));
        }

        blocks.Add(new Facts([.. Globals.Select(Indent), new Fact("  --version", "what this build is")]));
        return new Page(blocks);
    }

    public static Page Group(string group, IReadOnlyList<CommandSpec> specs) => Page.Of(
        new Sentence($"Usage: snapshotbot {group} COMMAND", Tone.Plain),
        new Sentence("", Tone.Plain),
        new Facts([.. specs.Where(spec => spec.Group == group).Select(spec => new Fact("  " + spec.Name, spec.Summary))]),
        new Sentence("", Tone.Plain),
        new Sentence($"'snapshotbot {group} COMMAND --help' shows what a command is told.", Tone.Small));

    /// <summary>A command and, when it is a group too, what is below it.</summary>
    public static Page Command(CommandSpec spec, IReadOnlyList<CommandSpec> specs) => specs.Any(other => other.Group == spec.Name)
        ? new Page([.. Command(spec).Blocks, new Sentence("", Tone.Plain), .. Group(spec.Name, specs).Blocks])
        : Command(spec);

    private static Page Command(CommandSpec spec)
    {
        var blocks = new List<Block>
        {
            new Sentence(spec.Summary + ".", Tone.Title),
            new Sentence("", Tone.Plain),
            new Sentence("Usage: snapshotbot " + Synopsis(spec), Tone.Plain),
            new Sentence("", Tone.Plain),
        };
        var inputs = spec.Inputs.Select(input => new Fact("  " + Label(input), input.Help)).ToList();
        if (spec.Confirm != Confirm.Never)
        {
            inputs.Add(new Fact("  --yes", "do it: without this it only says what it would need"));
        }

        blocks.Add(new Facts([.. inputs, .. Globals.Select(Indent)]));
        if (spec.Examples.Count > 0)
        {
            blocks.Add(new Sentence("", Tone.Plain));
            blocks.AddRange(spec.Examples.Select(example => new Sentence("  " + example, Tone.Small)));
        }

        return new Page(blocks);
    }

    /// <summary>The command as it is typed, as in <c>snapshot create SERVER [--name N] [--lock]</c>.</summary>
    public static string Synopsis(CommandSpec spec)
    {
        var parts = spec.Inputs.Select(input => input.Shape switch
        {
            InputShape.Word => input.Name,
            InputShape.OptionalWord => $"[{input.Name}]",
            InputShape.Words => $"{input.Name}...",
            InputShape.OptionalWords => $"[{input.Name}...]",
            InputShape.Flag => $"[{input.Name}]",
            InputShape.Values when input.Required => $"{input.Name} {input.ValueName}...",
            InputShape.Values => $"[{input.Name} {input.ValueName}]...",
            _ when input.Required => $"{input.Name} {input.ValueName}",
            _ => $"[{input.Name} {input.ValueName}]",
        });
        return string.Join(' ', [spec.Name, .. parts, .. spec.Confirm == Confirm.Never ? Array.Empty<string>() : ["--yes"]]);
    }

    private static string Label(Input input)
    {
        var name = input.Short is { Length: 2 } alias ? $"{alias}, {input.Name}" : input.Name;
        return input.ValueName.Length > 0 ? $"{name} {input.ValueName}" : name;
    }

    private static Fact Indent(Fact fact) => new("  " + fact.Name, fact.Value);
}
