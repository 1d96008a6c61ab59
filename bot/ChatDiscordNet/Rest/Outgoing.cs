using SnapshotBot.Chat.Messages;

namespace SnapshotBot.ChatDiscordNet.Rest;

/// <summary>What Discord.Net can't be told of a request, on its way to the <see cref="Transport"/> beneath it.</summary>
/// <param name="Files">Sent beside the JSON.</param>
/// <param name="Nonce">With it Discord makes the message once, however often it is asked; null for all but a new message.</param>
internal sealed record Outgoing(IReadOnlyList<OutgoingFile> Files, string? Nonce = null)
{
    public static readonly Outgoing Plain = new([]);
}
