namespace SnapshotBot.Playground;

/// <summary>How a stand-in is to behave.</summary>
public sealed record StandInOptions
{
    /// <summary>Its clock: three seconds for an answer, fifteen minutes for a token, the buckets' windows.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The one token it takes. Shaped like a real one: clients read the application's id from its first part.</summary>
    public string? Token { get; init; }

    /// <summary>Discord's published specification (openapi.json); null checks by the hand-written rules alone.</summary>
    public string? Specification { get; init; }

    /// <summary>How often a client is told to send a heartbeat.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(41_250);

    /// <summary>How long an interaction waits for its first answer.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an interaction's token is good for.</summary>
    public TimeSpan TokenTime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Whether requests are counted against Discord's limits.</summary>
    public RateLimits RateLimits { get; init; } = RateLimits.AsDiscord;

    /// <summary>IDENTIFYs left today.</summary>
    public int SessionStarts { get; init; } = 1000;

    /// <summary>The largest file a message may carry.</summary>
    public long FileLimit { get; init; } = 10L << 20;
}

/// <summary>Whether requests are counted against Discord's limits.</summary>
public enum RateLimits
{
    /// <summary>Buckets, the 50 a second and the hour-old edits, all counted.</summary>
    AsDiscord,

    /// <summary>Nothing is refused for its number; the ledger counts all the same.</summary>
    Off,
}
