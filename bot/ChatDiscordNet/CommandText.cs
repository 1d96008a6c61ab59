using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>A command set as text, for its hash: the native client's own body, so that both clients reckon alike.</summary>
internal static class CommandText
{
    public static string Of(IReadOnlyList<SlashCommand> commands, ulong application) =>
        System.Text.Encoding.UTF8.GetString(Bodies.Commands(commands)) + application.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
