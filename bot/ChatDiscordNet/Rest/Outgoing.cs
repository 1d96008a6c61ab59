using SnapshotBot.Chat.Messages;

namespace SnapshotBot.ChatDiscordNet.Rest;

/// <summary>What Discord.Net can't be told of a request, on its way to the <see cref="Transport"/> beneath it.</summary>
/// <param name="Files">Sent beside the JSON.</param>
/// <param name="Nonce">With it Discord makes the message once, however often it is asked; null for all but a message of the bot's own.</param>
/// <param name="Body">Sent instead of what Discord.Net wrote; null for what it wrote.</param>
/// <param name="GiveUpAt">Nobody wants the answer after this moment.</param>
internal sealed record Outgoing(IReadOnlyList<OutgoingFile> Files, string? Nonce = null, byte[]? Body = null, DateTimeOffset? GiveUpAt = null)
{
    public static readonly Outgoing Plain = new([]);
}
