using System.Globalization;

namespace SnapshotBot.Chat;

/// <summary>A community: what people call their server.</summary>
public readonly record struct GuildId(ulong Value)
{
    public static GuildId Parse(string text) => new(ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out GuildId id)
    {
        var good = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        id = new GuildId(value);
        return good;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A channel or thread of a guild.</summary>
public readonly record struct ChannelId(ulong Value)
{
    public static ChannelId Parse(string text) => new(ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out ChannelId id)
    {
        var good = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        id = new ChannelId(value);
        return good;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A message in a channel.</summary>
public readonly record struct MessageId(ulong Value)
{
    public static MessageId Parse(string text) => new(ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out MessageId id)
    {
        var good = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        id = new MessageId(value);
        return good;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A person, or a bot.</summary>
public readonly record struct UserId(ulong Value)
{
    public static UserId Parse(string text) => new(ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out UserId id)
    {
        var good = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        id = new UserId(value);
        return good;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A role of a guild; the role everyone has carries the guild's own number.</summary>
public readonly record struct RoleId(ulong Value)
{
    public static RoleId Parse(string text) => new(ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out RoleId id)
    {
        var good = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        id = new RoleId(value);
        return good;
    }

    /// <summary>The role everybody in this guild has.</summary>
    public static RoleId Everyone(GuildId guild) => new(guild.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>One press, command or question of one person.</summary>
public readonly record struct InteractionId(ulong Value)
{
    public static InteractionId Parse(string text) => new(ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));

    public static bool TryParse(string? text, out InteractionId id)
    {
        var good = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        id = new InteractionId(value);
        return good;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
