using SnapshotBot.Chat.Native;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>How the client over Discord.Net connects. The address is for tests; null means Discord's.</summary>
public sealed record DiscordNetChatOptions(BotToken Token)
{
    public Uri? ApiAddress { get; init; }
    public int Workers { get; init; } = 32;
    public int GoingOn { get; init; } = 256;
    public int QueueLength { get; init; } = 1024;
    public TimeSpan DrainFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A connection that isn't up for this long is given up and begun anew.</summary>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromMinutes(5);
}
