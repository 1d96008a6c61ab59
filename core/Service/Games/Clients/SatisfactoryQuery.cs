using System.Globalization;
namespace SnapshotBot.Service.Games.Clients;

/// <summary>Satisfactory's lightweight query: whether a game is loaded, and the version (the server's own DedicatedServerAPIDocs.md).</summary>
internal static class SatisfactoryQuery
{
    private const byte Answer = 0x01;
    private const byte Playing = 3;
    private const int BeforePayload = 4;

    public static async Task<GameReply> AskAsync(GameAddress address, CancellationToken cancellationToken)
    {
        using var exchange = await UdpExchange.OpenAsync(address, cancellationToken);
        byte[] cookie = [1, 2, 3, 4, 5, 6, 7, 8];
        byte[] question = [0xD5, 0xF6, 0x00, 0x01, .. cookie, 0x01];
        var answer = await exchange.AskAsync(
            question,
            datagram => datagram.Length >= BeforePayload + 13 && datagram.Span[0] == 0xD5 && datagram.Span[1] == 0xF6 && datagram.Span[2] == Answer
                && datagram.Span.Slice(BeforePayload, cookie.Length).SequenceEqual(cookie),
            cancellationToken);
        var reader = new AnswerReader(answer.Span);
        reader.Skip(BeforePayload + cookie.Length);
        var state = reader.Byte();
        var changeList = reader.Int32();
        return state == Playing
            ? new GameReply.Said("", null, [], changeList.ToString(CultureInfo.InvariantCulture))
            : new GameReply.Nothing("The server answers, but no game is loaded.");
    }
}
