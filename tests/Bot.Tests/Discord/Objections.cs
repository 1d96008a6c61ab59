using SnapshotBot.Bot.Hosting.Discord;
using SnapshotBot.Playground;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>What a stand-in objected to in what the bot's client sent.</summary>
internal static class Objections
{
    /// <summary>Discord.Net names keys that Discord leaves out for a command's kind, so of its bodies only what Discord would refuse counts.</summary>
    /// <param name="discord">The stand-in.</param>
    /// <param name="unheard">Interactions whose first answer the bot says it heard nothing of: those it has to answer again.</param>
    public static IReadOnlyList<string> Of(StandIn discord, params IReadOnlyCollection<ulong> unheard) =>
    [
        .. discord.Ledger.Objections.Except(unheard.Select(Ledger.AgainText))
            .Where(one => !ChatClient.Name.StartsWith("Discord.Net", StringComparison.Ordinal) || !one.StartsWith("unknown key", StringComparison.Ordinal)),
    ];
}
