using Discord;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Our commands in Discord.Net's words.</summary>
internal static class CommandMap
{
    public static SlashCommandProperties Command(SlashCommand command)
    {
        var builder = new SlashCommandBuilder()
            .WithName(command.Name)
            .WithDescription(command.Description)
            .WithContextTypes(InteractionContextType.Guild)
            .WithIntegrationTypes(ApplicationIntegrationType.GuildInstall);
        if (command.ShownTo is { } shown)
        {
            builder.WithDefaultMemberPermissions((GuildPermission)(ulong)shown);
        }

        foreach (var option in command.Options)
        {
            builder.AddOption(Option(option));
        }

        foreach (var subcommand in command.Subcommands)
        {
            var inner = new SlashCommandOptionBuilder().WithName(subcommand.Name).WithDescription(subcommand.Description).WithType(ApplicationCommandOptionType.SubCommand);
            foreach (var option in subcommand.Options)
            {
                inner.AddOption(Option(option));
            }

            builder.AddOption(inner);
        }

        return builder.Build();
    }

    private static SlashCommandOptionBuilder Option(SlashOption option)
    {
        var builder = new SlashCommandOptionBuilder().WithName(option.Name).WithDescription(option.Description).WithRequired(option.IsRequired);
        switch (option)
        {
            case StringOption text:
                builder.WithType(ApplicationCommandOptionType.String).WithAutocomplete(text.Suggests);
                if (text.MostLength is { } most)
                {
                    builder.WithMaxLength(most);
                }

                foreach (var choice in text.Choices)
                {
                    builder.AddChoice(choice.Name, choice.Value);
                }

                return builder;
            case IntegerOption number:
                builder.WithType(ApplicationCommandOptionType.Integer);
                (builder.MinValue, builder.MaxValue) = (number.Least, number.Most);
                return builder;
            case ChannelOption:
                return builder.WithType(ApplicationCommandOptionType.Channel).AddChannelType(ChannelType.Text).AddChannelType(ChannelType.News);
            default:
                return builder.WithType(option switch
                {
                    BooleanOption => ApplicationCommandOptionType.Boolean,
                    RoleOption => ApplicationCommandOptionType.Role,
                    UserOption => ApplicationCommandOptionType.User,
                    _ => throw new NotSupportedException(option.GetType().Name),
                });
        }
    }
}
