namespace SnapshotBot.Chat;

public sealed record ChatIdentity(ulong ApplicationId, UserId User, string Name);

/// <summary>A role; its name is untrusted text.</summary>
public sealed record ChatRole(RoleId Id, string Name, ChatPermissions Permissions);

/// <summary>A guild; its name is untrusted text.</summary>
public sealed record ChatGuild(GuildId Id, string Name, UserId Owner, string Locale, IReadOnlyList<ChatRole> Roles);

/// <summary>A person in a guild.</summary>
/// <param name="Roles">The role everybody has isn't among them.</param>
/// <param name="Permissions">In the guild as a whole; of its owner and who has Administrator all there are.</param>
public sealed record ChatMember(UserId Id, IReadOnlyList<RoleId> Roles, ChatPermissions Permissions);

/// <summary>A channel; its name is untrusted text.</summary>
/// <param name="OwnPermissions">What the bot itself may do there.</param>
/// <param name="IsText">Messages can be posted in it.</param>
public sealed record ChatChannel(ChannelId Id, GuildId? Guild, string Name, ChatPermissions OwnPermissions, bool IsText);

public enum ChatConnection
{
    /// <summary>Never connected yet.</summary>
    Starting,
    Connected,

    /// <summary>Lost; coming back by itself.</summary>
    Reconnecting,

    /// <summary>Ended, on request or for good.</summary>
    Stopped,
}

/// <summary>For readiness and metrics; figures count from the start.</summary>
public sealed record ChatHealth(ChatConnection Connection)
{
    /// <summary>Since when the connection is as it is.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The last heartbeat's round trip.</summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>Interactions taken from the connection and not yet finished.</summary>
    public int Waiting { get; init; }

    public long Interactions { get; init; }

    /// <summary>Interactions nobody had room for. Should stay 0.</summary>
    public long Dropped { get; init; }

    public long Resumes { get; init; }
    public long Sessions { get; init; }
    public long Requests { get; init; }
    public long RateLimited { get; init; }

    /// <summary>Answers 401, 403 and 429 in the last 10 minutes: at 10,000 Discord bans the address.</summary>
    public int InvalidRequests { get; init; }
}
