namespace SnapshotBot.Playground.Gateway;

/// <summary>Why Discord closes a gateway connection.</summary>
public enum GatewayClose
{
    UnknownError = 4000,
    UnknownOpcode = 4001,
    DecodeError = 4002,
    NotAuthenticated = 4003,
    AuthenticationFailed = 4004,
    AlreadyAuthenticated = 4005,
    InvalidSequence = 4007,
    RateLimited = 4008,
    SessionTimedOut = 4009,
    InvalidShard = 4010,
    ShardingRequired = 4011,
    InvalidVersion = 4012,
    InvalidIntents = 4013,
    DisallowedIntents = 4014,
}

internal static class GatewayCloses
{
    public static string Reason(this GatewayClose close) => close switch
    {
        GatewayClose.UnknownError => "Unknown error.",
        GatewayClose.UnknownOpcode => "Unknown opcode.",
        GatewayClose.DecodeError => "Error while decoding payload.",
        GatewayClose.NotAuthenticated => "Not authenticated.",
        GatewayClose.AuthenticationFailed => "Authentication failed.",
        GatewayClose.AlreadyAuthenticated => "Already authenticated.",
        GatewayClose.InvalidSequence => "Invalid seq.",
        GatewayClose.RateLimited => "Rate limited.",
        GatewayClose.SessionTimedOut => "Session timed out.",
        GatewayClose.InvalidShard => "Invalid shard.",
        GatewayClose.ShardingRequired => "Sharding required.",
        GatewayClose.InvalidVersion => "Invalid API version.",
        GatewayClose.InvalidIntents => "Invalid intent(s).",
        GatewayClose.DisallowedIntents => "Disallowed intent(s).",
        _ => "",
    };
}

/// <summary>What a client asked to hear of.</summary>
[Flags]
internal enum Intents
{
    None = 0,
    Guilds = 1,
    GuildMembers = 1 << 1,
    GuildPresences = 1 << 8,
    GuildMessages = 1 << 9,
    MessageContent = 1 << 15,

    /// <summary>Those a developer has to switch on first; this application has not.</summary>
    Privileged = GuildMembers | GuildPresences | MessageContent,
}
