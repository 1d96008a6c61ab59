using System.Globalization;
using Discord;
using Discord.WebSocket;
using SnapshotBot.Chat;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Discord.Net's interactions in our words.</summary>
internal sealed class InteractionMap(TimeProvider time)
{
    public Interaction? Read(SocketInteraction source)
    {
        Interaction? interaction = source switch
        {
            SocketSlashCommand command => Invocation(command),
            SocketMessageComponent component => Press(component),
            SocketAutocompleteInteraction ask => Ask(ask),
            SocketModal modal => Submit(modal),
            _ => null,
        };
        var guildUser = source.User as SocketGuildUser;
        return interaction is null ? null : interaction with
        {
            // Discord.Net reckons them from the guild's roles; of a guild it doesn't know yet nothing is known, and so nothing allowed.
            Roles = guildUser is null ? [] : [.. ((IGuildUser)guildUser).RoleIds.Where(role => role != guildUser.Guild.Id).Select(role => new RoleId(role))],
            Permissions = Permissions(guildUser?.GuildPermissions.RawValue ?? 0),
            OwnPermissions = Permissions(source.Permissions.RawValue),
            GuildOwner = guildUser is null ? null : new UserId(guildUser.Guild.OwnerId),
            Locale = source.UserLocale ?? "en-US",
            GuildLocale = source.GuildLocale,
            AttachmentLimit = source.AttachmentSizeLimit == 0 ? Limits.FileBytes.Most : (long)source.AttachmentSizeLimit,
            ReceivedAt = time.GetUtcNow(),
        };
    }

    public static ChatPermissions Permissions(ulong bits) => (ChatPermissions)bits & ChatPermissionsExtensions.Known;

    private static SlashInvocation Invocation(SocketSlashCommand source)
    {
        var path = new List<string> { source.Data.Name };
        IReadOnlyCollection<SocketSlashCommandDataOption> options = source.Data.Options;
        while (options.Count == 1 && options.First() is { Type: ApplicationCommandOptionType.SubCommand or ApplicationCommandOptionType.SubCommandGroup } below)
        {
            path.Add(below.Name);
            options = below.Options;
        }

        var values = new Dictionary<string, OptionValue>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            if (Value(option.Value) is { } value)
            {
                values[option.Name] = value;
            }
        }

        return new SlashInvocation
        {
            Id = new InteractionId(source.Id),
            Token = new InteractionToken(source.Token),
            Guild = Guild(source),
            Channel = new ChannelId(source.ChannelId ?? source.Channel?.Id ?? 0),
            User = Person(source.User),
            Path = path,
            Options = new OptionValues(values),
        };
    }

    private static AutocompleteAsk? Ask(SocketAutocompleteInteraction source)
    {
        // Discord.Net has them in one line, the subcommand first.
        var path = new List<string> { source.Data.CommandName };
        var values = new Dictionary<string, OptionValue>(StringComparer.Ordinal);
        foreach (var option in source.Data.Options)
        {
            if (option.Type is ApplicationCommandOptionType.SubCommand or ApplicationCommandOptionType.SubCommandGroup)
            {
                path.Add(option.Name);
            }
            else if (option.Value is { } value)
            {
                values[option.Name] = Typed(option.Type, value);
            }
        }

        return source.Data.Current is not { } current ? null : new AutocompleteAsk
        {
            Id = new InteractionId(source.Id),
            Token = new InteractionToken(source.Token),
            Guild = Guild(source),
            Channel = new ChannelId(source.ChannelId ?? source.Channel?.Id ?? 0),
            User = Person(source.User),
            Path = path,
            Options = new OptionValues(values),
            Focused = current.Name,
            Typed = Text(current.Value),
        };
    }

    private static ComponentPress Press(SocketMessageComponent source) => new()
    {
        Id = new InteractionId(source.Id),
        Token = new InteractionToken(source.Token),
        Guild = Guild(source),
        Channel = new ChannelId(source.ChannelId ?? source.Channel?.Id ?? 0),
        User = Person(source.User),
        CustomId = source.Data.CustomId,
        Values = Values(source.Data),
        Message = new MessageId(source.Message.Id),
        IsOnOwnMessage = (source.Message.Flags ?? MessageFlags.None).HasFlag(MessageFlags.Ephemeral),
    };

    private static ModalSubmit Submit(SocketModal source) => new()
    {
        Id = new InteractionId(source.Id),
        Token = new InteractionToken(source.Token),
        Guild = Guild(source),
        Channel = new ChannelId(source.ChannelId ?? source.Channel?.Id ?? 0),
        User = Person(source.User),
        CustomId = source.Data.CustomId,
        Fields = Forms.Read(source.Data),
        Message = source.Message is { } message ? new MessageId(message.Id) : null,
        IsOnOwnMessage = (source.Message?.Flags ?? MessageFlags.None).HasFlag(MessageFlags.Ephemeral),
    };

    // Discord.Net gives what was picked as values, or as things, by the kind of select.
    private static IReadOnlyList<string> Values(SocketMessageComponentData data) =>
        data.Values is { Count: > 0 } values ? [.. values]
        : [.. (data.Roles ?? []).Select(role => role.Id).Concat((data.Channels ?? []).Select(channel => channel.Id))
            .Concat((data.Users ?? []).Select(user => user.Id)).Select(id => id.ToString(CultureInfo.InvariantCulture))];

    private static OptionValue? Value(object? value) => value switch
    {
        null => null,
        string text => new OptionValue.Text(text),
        bool flag => new OptionValue.Boolean(flag),
        long number => new OptionValue.Integer(number),
        int number => new OptionValue.Integer(number),
        IRole role => new OptionValue.Role(new RoleId(role.Id)),
        IUser user => new OptionValue.User(new UserId(user.Id)),
        IChannel channel => new OptionValue.Channel(new ChannelId(channel.Id)),
        _ => new OptionValue.Text(Text(value)),
    };

    private static OptionValue Typed(ApplicationCommandOptionType type, object value) => type switch
    {
        ApplicationCommandOptionType.Boolean when value is bool flag => new OptionValue.Boolean(flag),
        ApplicationCommandOptionType.Integer when value is long number => new OptionValue.Integer(number),
        ApplicationCommandOptionType.Role when RoleId.TryParse(Text(value), out var role) => new OptionValue.Role(role),
        ApplicationCommandOptionType.Channel when ChannelId.TryParse(Text(value), out var channel) => new OptionValue.Channel(channel),
        ApplicationCommandOptionType.User when UserId.TryParse(Text(value), out var user) => new OptionValue.User(user),
        _ => new OptionValue.Text(Text(value)),
    };

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";

    private static GuildId? Guild(SocketInteraction source) => source.GuildId is { } id ? new GuildId(id) : null;

    private static ChatUser Person(SocketUser user) =>
        new(new UserId(user.Id), user.Username, (user as SocketGuildUser)?.Nickname ?? user.GlobalName ?? user.Username);
}
