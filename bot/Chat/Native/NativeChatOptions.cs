namespace SnapshotBot.Chat.Native;

public enum GatewayCompression
{
    None,

    /// <summary>One deflate stream for the whole connection.</summary>
    ZlibStream,
}

/// <summary>How the native client connects. The defaults are Discord's; tests and the playground give addresses of their own.</summary>
public sealed record NativeChatOptions(BotToken Token)
{
    public Uri ApiAddress { get; init; } = new("https://discord.com/api/v10/");

    public GatewayCompression Compression { get; init; } = GatewayCompression.None;

    /// <summary>"DiscordBot (address, version)", as Discord wants it.</summary>
    public string UserAgent { get; init; } = "DiscordBot (https://github.com/snapshotbot/snapshotbot, 0.1.0)";

    /// <summary>Interactions whose first answer is worked on at a time.</summary>
    public int Workers { get; init; } = 32;

    /// <summary>Interactions whose work goes on after their first answer, at a time.</summary>
    public int GoingOn { get; init; } = 256;

    /// <summary>Interactions waiting for a worker; with all of them taken the connection isn't read until there is room, so none is lost.</summary>
    public int QueueLength { get; init; } = 1024;

    /// <summary>The daily allowance of new sessions is left alone below this many: using it up resets the token.</summary>
    public int SessionReserve { get; init; } = 20;

    /// <summary>Requests a second, callbacks apart.</summary>
    public int RequestsPerSecond { get; init; } = 50;

    /// <summary>Between two new sessions.</summary>
    public TimeSpan IdentifyEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection that lived for less counts as failed: the next one waits longer.</summary>
    public TimeSpan SteadyAfter { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long after a bad session (op 9) a new one is asked for; Discord wants 1 to 5 s.</summary>
    public TimeSpan InvalidSessionPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long handlers may go on when the client is to stop.</summary>
    public TimeSpan DrainFor { get; init; } = TimeSpan.FromSeconds(5);
}
