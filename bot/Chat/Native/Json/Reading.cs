using System.Globalization;
using System.Text.Json;
using SnapshotBot.Chat.Interactions;

namespace SnapshotBot.Chat.Native.Json;

/// <summary>From the wire to the port's words. What is unknown gives null, never an error: Discord adds kinds as it likes.</summary>
internal static class Reading
{
    private const int EphemeralFlag = 1 << 6;

    public static Interaction? Interaction(WireInteraction wire, UserId? owner, DateTimeOffset now)
    {
        var user = wire.Member?.User ?? wire.User;
        var channel = wire.ChannelId ?? wire.Channel?.Id;
        if (wire.Data is not { } data || user is null || channel is null)
        {
            return null;
        }

        Interaction? interaction = wire.Type switch
        {
            2 => Invocation(wire, data, user, channel.Value),
            3 when wire.Message is { } message => Press(wire, data, message, user, channel.Value),
            4 => Ask(wire, data, user, channel.Value),
            5 => Submit(wire, data, user, channel.Value),
            _ => null,
        };

        return interaction is null ? null : interaction with
        {
            Roles = [.. (wire.Member?.Roles ?? []).Select(role => new RoleId(role))],
            Permissions = Permissions(wire.Member?.Permissions),
            OwnPermissions = Permissions(wire.AppPermissions),
            GuildOwner = owner,
            Locale = wire.Locale ?? "en-US",
            GuildLocale = wire.GuildLocale,
            AttachmentLimit = wire.AttachmentSizeLimit ?? Limits.FileBytes.Most,
            ReceivedAt = now,
        };
    }

    public static ChatPermissions Permissions(string? bits) =>
        ulong.TryParse(bits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? (ChatPermissions)value & ChatPermissionsExtensions.Known
            : ChatPermissions.None;

    public static ChatGuild Guild(WireGuild wire) => new(
        new GuildId(wire.Id), wire.Name, new UserId(wire.OwnerId), wire.PreferredLocale, [.. (wire.Roles ?? []).Select(Role)]);

    public static ChatRole Role(WireRole wire) => new(new RoleId(wire.Id), wire.Name, Permissions(wire.Permissions));

    private static SlashInvocation Invocation(WireInteraction wire, WireData data, WireUser user, ulong channel)
    {
        var (path, options) = Walk(data);
        return new SlashInvocation
        {
            Id = new InteractionId(wire.Id),
            Token = new InteractionToken(wire.Token),
            Guild = GuildOf(wire),
            Channel = new ChannelId(channel),
            User = Person(user, wire.Member),
            Path = path,
            Options = Values(options),
        };
    }

    private static AutocompleteAsk? Ask(WireInteraction wire, WireData data, WireUser user, ulong channel)
    {
        var (path, options) = Walk(data);
        return options.FirstOrDefault(option => option.Focused == true) is not { } focused ? null : new AutocompleteAsk
        {
            Id = new InteractionId(wire.Id),
            Token = new InteractionToken(wire.Token),
            Guild = GuildOf(wire),
            Channel = new ChannelId(channel),
            User = Person(user, wire.Member),
            Path = path,
            Options = Values(options),
            Focused = focused.Name,
            Typed = focused.Value?.ToString() ?? "",
        };
    }

    private static ComponentPress? Press(WireInteraction wire, WireData data, WireMessage message, WireUser user, ulong channel) =>
        data.CustomId is null ? null : new ComponentPress
        {
            Id = new InteractionId(wire.Id),
            Token = new InteractionToken(wire.Token),
            Guild = GuildOf(wire),
            Channel = new ChannelId(channel),
            User = Person(user, wire.Member),
            CustomId = data.CustomId,
            Values = data.Values ?? [],
            Message = new MessageId(message.Id),
            IsOnOwnMessage = IsEphemeral(message),
        };

    /// <summary>What was filled into a form.</summary>
    public static FieldValues Fields(IReadOnlyList<WireField> form)
    {
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        foreach (var field in form)
        {
            Collect(field, fields);
        }

        return new FieldValues(fields);
    }

    private static ModalSubmit? Submit(WireInteraction wire, WireData data, WireUser user, ulong channel) =>
        data.CustomId is null ? null : new ModalSubmit
        {
            Id = new InteractionId(wire.Id),
            Token = new InteractionToken(wire.Token),
            Guild = GuildOf(wire),
            Channel = new ChannelId(channel),
            User = Person(user, wire.Member),
            CustomId = data.CustomId,
            Fields = Fields(data.Components ?? []),
            Message = wire.Message is { } message ? new MessageId(message.Id) : null,
            IsOnOwnMessage = wire.Message is { } own && IsEphemeral(own),
        };

    private static void Collect(WireField field, Dictionary<string, FieldValue> fields)
    {
        if (field.CustomId is { } id)
        {
            FieldValue? value = field switch
            {
                { Values: { } picks } => new FieldValue.Picks(picks),
                { Value: { ValueKind: JsonValueKind.True or JsonValueKind.False } tick } => new FieldValue.Tick(tick.GetBoolean()),
                { Value: { ValueKind: JsonValueKind.String } text } => new FieldValue.Text(text.GetString() ?? ""),
                _ => null,
            };
            if (value is not null)
            {
                fields[id] = value;
            }
        }

        if (field.Component is { } inner)
        {
            Collect(inner, fields);
        }

        foreach (var part in field.Components ?? [])
        {
            Collect(part, fields);
        }
    }

    // "snapshot" with a subcommand "create" below it, and a group between them where there is one.
    private static (IReadOnlyList<string> Path, IReadOnlyList<WireOption> Options) Walk(WireData data)
    {
        var path = new List<string> { data.Name ?? "" };
        var options = data.Options ?? [];
        while (options is [{ Type: 1 or 2 } below])
        {
            path.Add(below.Name);
            options = below.Options ?? [];
        }

        return (path, options);
    }

    private static OptionValues Values(IReadOnlyList<WireOption> options)
    {
        var values = new Dictionary<string, OptionValue>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            if (Value(option) is { } value)
            {
                values[option.Name] = value;
            }
        }

        return new OptionValues(values);
    }

    private static OptionValue? Value(WireOption option) => option switch
    {
        { Value: null } => null,
        { Type: 4, Value: { ValueKind: JsonValueKind.Number } number } when number.TryGetInt64(out var whole) => new OptionValue.Integer(whole),
        { Type: 5, Value: { ValueKind: JsonValueKind.True or JsonValueKind.False } flag } => new OptionValue.Boolean(flag.GetBoolean()),
        { Type: 6 } when UserId.TryParse(option.Value?.ToString(), out var user) => new OptionValue.User(user),
        { Type: 7 } when ChannelId.TryParse(option.Value?.ToString(), out var channel) => new OptionValue.Channel(channel),
        { Type: 8 } when RoleId.TryParse(option.Value?.ToString(), out var role) => new OptionValue.Role(role),

        // What is still being typed is text, whatever the option wants in the end.
        _ => new OptionValue.Text(option.Value?.ToString() ?? ""),
    };

    private static GuildId? GuildOf(WireInteraction wire) => wire.GuildId is { } guild ? new GuildId(guild) : null;

    private static ChatUser Person(WireUser user, WireMember? member) =>
        new(new UserId(user.Id), user.Username, member?.Nick ?? user.GlobalName ?? user.Username);

    private static bool IsEphemeral(WireMessage message) => ((message.Flags ?? 0) & EphemeralFlag) != 0;
}
