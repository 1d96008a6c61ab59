namespace SnapshotBot.Playground.State;

/// <summary>Something happened that others can see.</summary>
public abstract record Change
{
    private Change()
    {
    }

    public sealed record GuildJoined(Guild Guild) : Change;

    public sealed record GuildLeft(Guild Guild) : Change;

    public sealed record RoleCreated(Guild Guild, Role Role) : Change;

    public sealed record RoleDeleted(Guild Guild, Role Role) : Change;

    public sealed record MemberChanged(Guild Guild, Member Member) : Change;

    public sealed record ChannelCreated(TextChannel Channel) : Change;

    public sealed record ChannelDeleted(TextChannel Channel) : Change;

    public sealed record PostCreated(Post Post) : Change;

    public sealed record PostEdited(Post Post) : Change;

    public sealed record PostDeleted(Post Post) : Change;

    public sealed record PinsChanged(Post Post) : Change;

    /// <summary>Somebody pressed something: the bot is to hear of it.</summary>
    public sealed record Pressed(Exchange Exchange) : Change;

    /// <summary>An interaction got its answer, or three seconds went by without one.</summary>
    public sealed record Answered(Exchange Exchange) : Change;

    /// <summary>The bot's set of commands is another.</summary>
    public sealed record CommandsChanged : Change;
}
