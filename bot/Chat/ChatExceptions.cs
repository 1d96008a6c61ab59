namespace SnapshotBot.Chat;

/// <summary>Why a request came to nothing, as far as callers act on it.</summary>
public enum ChatError
{
    /// <summary>Discord has forgotten the interaction (10062), or its token's 15 minutes are over (50027, 10015).</summary>
    InteractionExpired,

    /// <summary>It was answered before (40060).</summary>
    AlreadyAnswered,

    /// <summary>A message older than an hour was edited too often (30046): make a new one.</summary>
    EditedTooOften,

    MessageGone,
    ChannelGone,
    GuildGone,

    /// <summary>That person is not in the guild (10007, 10013).</summary>
    MemberGone,

    /// <summary>The bot lacks a permission there (50013, 50001).</summary>
    Forbidden,

    /// <summary>The request was too large (413, 40005).</summary>
    TooLarge,

    /// <summary>The channel has no room for one more pin (30003).</summary>
    TooManyPins,

    /// <summary>Discord did not accept what was sent: a fault of ours.</summary>
    Invalid,

    /// <summary>Discord did not answer in time, however often it was asked.</summary>
    Unavailable,

    /// <summary>The client has stopped for good; see <see cref="ChatStoppedException"/>.</summary>
    Stopped,
}

/// <summary>One request failed. Holds Discord's numbers, never a token.</summary>
public sealed class ChatRequestException(ChatError error, int status, int code, string route, Exception? inner = null)
    : Exception($"{route}: {error} (HTTP {status}, code {code}).", inner)
{
    public ChatError Error { get; } = error;

    /// <summary>HTTP's; 0 when there was no answer.</summary>
    public int Status { get; } = status;

    /// <summary>Discord's JSON error code; 0 when there was none.</summary>
    public int Code { get; } = code;

    /// <summary>Method and path with ids only.</summary>
    public string Route { get; } = route;
}

/// <summary>Why the whole client can't go on.</summary>
public enum ChatStop
{
    /// <summary>4004, or 401: the token is wrong or was reset.</summary>
    BadToken,

    /// <summary>4010, 4011: a shard that isn't, or too many guilds for one connection.</summary>
    BadShard,

    /// <summary>4012: this version of the gateway is gone.</summary>
    OldVersion,

    /// <summary>4013: intents that don't exist.</summary>
    BadIntents,

    /// <summary>4014: intents that must be switched on at Discord's developer portal.</summary>
    ForbiddenIntents,

    /// <summary>The daily allowance of new sessions is nearly used up; more would reset the token.</summary>
    SessionsUsedUp,

    /// <summary>So many refused requests in ten minutes that Discord would soon ban this address.</summary>
    TooManyInvalidRequests,
}

/// <summary>The client has stopped and won't try again.</summary>
public sealed class ChatStoppedException(ChatStop reason, int code) : Exception(
    reason switch
    {
        ChatStop.BadToken => "Discord does not accept the bot's token",
        ChatStop.BadShard => "Discord does not accept this shard",
        ChatStop.OldVersion => "Discord no longer speaks this version of its gateway",
        ChatStop.BadIntents => "Discord does not know these intents",
        ChatStop.ForbiddenIntents => "Discord does not allow these intents to this bot",
        ChatStop.SessionsUsedUp => "The day's allowance of new sessions is used up",
        _ => "Too many requests were refused",
    } + $" (code {code}).")
{
    public ChatStop Reason { get; } = reason;
    public int Code { get; } = code;
}
