using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>RakNet's unconnected ping as Minecraft Bedrock answers it (minecraft.wiki/w/RakNet).</summary>
internal static class BedrockPing
{
    private const byte Pong = 0x1C;
    private const int BeforeText = 1 + 8 + 8 + 16 + 2;
    private const int FewestFields = 6;

    private static readonly byte[] Magic = [0x00, 0xFF, 0xFF, 0x00, 0xFE, 0xFE, 0xFE, 0xFE, 0xFD, 0xFD, 0xFD, 0xFD, 0x12, 0x34, 0x56, 0x78];

    public static async Task<GameReply> AskAsync(GameAddress address, CancellationToken cancellationToken)
    {
        using var exchange = await UdpExchange.OpenAsync(address, cancellationToken);
        byte[] question = [0x01, 0, 0, 0, 0, 0, 0, 0, 1, .. Magic, 0, 0, 0, 0, 0, 0, 0, 2];
        var answer = await exchange.AskAsync(question, IsMine, cancellationToken);
        var length = BinaryPrimitives.ReadUInt16BigEndian(answer.Span[(BeforeText - 2)..]);
        if (length > answer.Length - BeforeText)
            throw new GameProtocolException("Its answer is cut short.");

        // MCPE;name;protocol;version;online;most;...
        var fields = Encoding.UTF8.GetString(answer.Span.Slice(BeforeText, length)).Split(';');
        return fields.Length >= FewestFields && int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var online)
            ? new GameReply.Said("", online, [], fields[3])
            : throw new GameProtocolException("Its answer names no number of players.");
    }

    private static bool IsMine(ReadOnlyMemory<byte> datagram) =>
        datagram.Length >= BeforeText && datagram.Span[0] == Pong && datagram.Span.Slice(17, Magic.Length).SequenceEqual(Magic);
}
