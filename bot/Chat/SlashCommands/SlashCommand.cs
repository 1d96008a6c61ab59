namespace SnapshotBot.Chat.SlashCommands;

/// <summary>A command of its own, or a group of subcommands. Only in guilds, never in direct messages.</summary>
public sealed record SlashCommand
{
    private SlashCommand(string name, string description, IReadOnlyList<SlashOption> options, IReadOnlyList<Subcommand> subcommands)
    {
        Name = SlashName.Check(name);
        Description = Limits.CommandDescription.Check(description);
        Options = SlashName.CheckOptions(options);
        Subcommands = Limits.CommandOptions.Check(subcommands);
        Limits.Unique("Subcommand", subcommands.Select(subcommand => subcommand.Name));
        Limits.CommandCharacters.Check(
            name.Length + description.Length + options.Sum(option => option.Characters) + subcommands.Sum(subcommand => subcommand.Characters));
    }

    public string Name { get; }
    public string Description { get; }
    public IReadOnlyList<SlashOption> Options { get; }
    public IReadOnlyList<Subcommand> Subcommands { get; }

    /// <summary>Who sees it until a guild's admins say otherwise; null: everybody. It hides only; each press is authorised anew.</summary>
    public ChatPermissions? ShownTo { get; init; }

    public static SlashCommand Of(string name, string description, params IReadOnlyList<SlashOption> options) => new(name, description, options, []);

    public static SlashCommand Group(string name, string description, params IReadOnlyList<Subcommand> subcommands) =>
        new(name, description, [], subcommands);
}

/// <summary>The second word of a command, as in "/snapshot create".</summary>
public sealed record Subcommand
{
    public Subcommand(string name, string description, params IReadOnlyList<SlashOption> options)
    {
        Name = SlashName.Check(name);
        Description = Limits.CommandDescription.Check(description);
        Options = SlashName.CheckOptions(options);
    }

    public string Name { get; }
    public string Description { get; }
    public IReadOnlyList<SlashOption> Options { get; }

    internal int Characters => Name.Length + Description.Length + Options.Sum(option => option.Characters);
}

internal static class SlashName
{
    public static string Check(string name)
    {
        Limits.CommandName.Check(name);
        return name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')
            ? name
            : throw new ChatShapeException($"The name '{name}' may hold small letters, digits, '-' and '_' only.");
    }

    public static IReadOnlyList<SlashOption> CheckOptions(IReadOnlyList<SlashOption> options)
    {
        Limits.CommandOptions.Check(options);
        Limits.Unique("Option", options.Select(option => option.Name));
        for (var i = 1; i < options.Count; i++)
        {
            if (options[i].IsRequired && !options[i - 1].IsRequired)
            {
                throw new ChatShapeException($"The required option '{options[i].Name}' stands after an optional one.");
            }
        }

        return options.OfType<StringOption>().FirstOrDefault(option => option.Suggests && option.Choices.Count > 0) is { } both
            ? throw new ChatShapeException($"The option '{both.Name}' has both choices and suggestions.")
            : options;
    }
}
