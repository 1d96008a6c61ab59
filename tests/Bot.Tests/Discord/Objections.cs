using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Playground;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What a stand-in objected to in what the bot's client sent.</summary>
internal static class Objections
{
    /// <summary>Discord.Net names keys that Discord leaves out for a command's kind, so of its bodies only what Discord would refuse counts.</summary>
    public static IReadOnlyList<string> Of(StandIn discord) =>
        ChatClient.Name.StartsWith("Discord.Net", StringComparison.Ordinal) ? discord.Ledger.Violations : discord.Ledger.Objections;
}
