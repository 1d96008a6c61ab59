using System.Reflection;

namespace SnapshotBot.Bot.Hosting;

/// <summary>What this binary is.</summary>
internal sealed record BuildInfo(string Version, string? Commit)
{
    public static BuildInfo Read()
    {
        var text = typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 ? new BuildInfo(text, null) : new BuildInfo(text[..plus], text[(plus + 1)..]);
    }
}
