namespace SnapshotBot.Service.Games.Clients;

/// <summary>Luanti's first packet: a reliable one without content, which a server answers by giving a peer id (doc/protocol.txt). It tells
/// neither players nor version.</summary>
internal static class LuantiPing
{
    private static readonly byte[] Protocol = [0x4F, 0x45, 0x74, 0x03];

    public static async Task<GameReply> AskAsync(GameAddress address, CancellationToken cancellationToken)
    {
        using var exchange = await UdpExchange.OpenAsync(address, cancellationToken);

        // Protocol, peer 0 (none yet), channel 0, an original packet without content.
        byte[] question = [.. Protocol, 0x00, 0x00, 0x00, 0x01];
        var answer = await exchange.AskAsync(question, IsMine, cancellationToken);

        // Says goodbye under the peer id it was given, so that no place stays taken until the server's timeout.
        byte[] goodbye = [.. Protocol, .. answer.Span[12..14], 0x00, 0x00, 0x03];
        await exchange.SendAsync(goodbye, cancellationToken);
        return GameReply.Said.Of("");
    }

    // Protocol, peer 1 (the server), channel, reliable 3 with its number, control 0, set-peer-id 1, the id.
    private static bool IsMine(ReadOnlyMemory<byte> datagram)
    {
        var bytes = datagram.Span;
        return bytes.Length >= 14 && bytes[..4].SequenceEqual(Protocol) && bytes[7] == 0x03 && bytes[10] == 0x00 && bytes[11] == 0x01;
    }
}
