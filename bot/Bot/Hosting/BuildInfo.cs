using System.Reflection;
using SnapshotBot.Bot.Hosting.Discord;

namespace SnapshotBot.Bot.Hosting;

/// <summary>What this binary is.</summary>
internal sealed record BuildInfo(string Version, string? Commit)
{
    /// <summary>The one client for Discord that was built in.</summary>
    public string DiscordClient { get; } = ChatClient.Name;

    public static BuildInfo Read()
    {
        var text = typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? new BuildInfo(text, null) : new BuildInfo(text[..plus], text[(plus + 1)..]);
    }
}
