using System.Net.Sockets;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>Valve's server queries A2S_INFO and A2S_PLAYER, with their challenge and split answers
/// (developer.valvesoftware.com/wiki/Server_queries).</summary>
internal static class A2SQuery
{
    private const byte InfoQuestion = 0x54;
    private const byte PlayersQuestion = 0x55;
    private const byte Challenge = 0x41;
    private const byte InfoAnswer = 0x49;
    private const byte PlayersAnswer = 0x44;
    private const int HasPort = 0x80;
    private const int HasSteamId = 0x10;
    private const int HasSpectators = 0x40;
    private const int HasKeywords = 0x20;
    private const int Whole = -1;
    private const int Split = -2;
    private const int MostParts = 32;
    private const int LargestAnswer = 256 * 1024;

    /// <summary>Time for two questions, should a datagram be lost.</summary>
    private static readonly TimeSpan NamesTime = TimeSpan.FromMilliseconds(1800);

    public static async Task<GameReply> AskAsync(GameAddress address, CancellationToken cancellationToken)
    {
        using var exchange = await UdpExchange.OpenAsync(address, cancellationToken);
        byte[] info = [0xFF, 0xFF, 0xFF, 0xFF, InfoQuestion, .. "Source Engine Query\0"u8];
        var (online, version, keywords) = ReadInfo(await AskAsync(exchange, info, [], InfoAnswer, cancellationToken));
        if (online == 0)
            return new GameReply.Said(keywords, 0, [], version);
        return new GameReply.Said(keywords, online, await NamesAsync(exchange, cancellationToken), version);
    }

    /// <summary>Who they are. Some games do not say, or not now: how many they are is known all the same.</summary>
    private static async Task<IReadOnlyList<string>> NamesAsync(UdpExchange exchange, CancellationToken cancellationToken)
    {
        byte[] players = [0xFF, 0xFF, 0xFF, 0xFF, PlayersQuestion];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(NamesTime);
        try
        {
            return ReadPlayers(await AskAsync(exchange, players, [0xFF, 0xFF, 0xFF, 0xFF], PlayersAnswer, patience.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or GameProtocolException)
        {
            return [];
        }
    }

    /// <summary>Asks, and once more with the challenge the game wants to see again.</summary>
    private static async Task<byte[]> AskAsync(
        UdpExchange exchange, byte[] question, byte[] challenge, byte answer, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < 4; tries++)
        {
            var reply = await ReceiveAsync(exchange, [.. question, .. challenge], answer, cancellationToken);
            if (reply[4] == answer)
                return reply;
            if (reply.Length < 9)
                throw new GameProtocolException("Its challenge is cut short.");
            challenge = reply[5..9];
        }

        throw new GameProtocolException("It challenges again and again.");
    }

    private static async Task<byte[]> ReceiveAsync(UdpExchange exchange, byte[] question, byte answer, CancellationToken cancellationToken)
    {
        var first = await exchange.AskAsync(question, datagram => IsMine(datagram.Span, answer), cancellationToken);
        if (new AnswerReader(first.Span).Int32() == Whole)
            return first.ToArray();

        var parts = new SortedDictionary<int, byte[]>();
        var (id, total) = Add(first.Span, parts);
        while (parts.Count < total)
        {
            var next = await exchange.ReceiveAsync(datagram => IsPartOf(datagram.Span, id), cancellationToken);
            if (Add(next.Span, parts) != (id, total))
                throw new GameProtocolException("The parts of its answer contradict each other.");
        }

        byte[] whole = [.. parts.Values.SelectMany(part => part)];
        return whole.Length > 5 && IsMine(whole, answer) && new AnswerReader(whole).Int32() == Whole
            ? whole
            : throw new GameProtocolException("The parts of its answer make no answer.");
    }

    private static bool IsMine(ReadOnlySpan<byte> datagram, byte answer)
    {
        if (datagram.Length < 6)
            return false;
        var header = new AnswerReader(datagram).Int32();
        return header == Split || (header == Whole && (datagram[4] == answer || datagram[4] == Challenge));
    }

    private static bool IsPartOf(ReadOnlySpan<byte> datagram, int id)
    {
        if (datagram.Length < 12)
            return false;
        var reader = new AnswerReader(datagram);
        return reader.Int32() == Split && reader.Int32() == id;
    }

    private static (int Id, int Total) Add(ReadOnlySpan<byte> datagram, SortedDictionary<int, byte[]> parts)
    {
        var reader = new AnswerReader(datagram);
        reader.Skip(4);
        var id = reader.Int32();
        if (id < 0)
            throw new GameProtocolException("Its answer is compressed in a way no game uses any more.");
        var total = reader.Byte();
        var number = reader.Byte();
        reader.Skip(2);
        if (total is 0 or > MostParts || number >= total || parts.Values.Sum(part => part.Length) + reader.Left > LargestAnswer)
            throw new GameProtocolException("Its answer has too many parts.");
        parts[number] = reader.Take(reader.Left).ToArray();
        return (id, total);
    }

    private static (int Online, string Version, string Keywords) ReadInfo(byte[] answer)
    {
        var reader = new AnswerReader(answer);
        reader.Skip(4 + 1 + 1);
        for (var text = 0; text < 4; text++)
            reader.Text();
        reader.Skip(2);
        var players = reader.Byte();
        reader.Skip(1);
        var bots = reader.Byte();
        reader.Skip(4);
        var version = reader.Text();
        return (Math.Max(0, players - bots), version, Keywords(reader));
    }

    /// <summary>What a game says of itself in its own words. It comes last and may be missing; an end that makes no sense takes nothing from the rest.</summary>
    private static string Keywords(AnswerReader reader)
    {
        try
        {
            var extra = reader.Left > 0 ? reader.Byte() : 0;
            reader.Skip(((extra & HasPort) != 0 ? 2 : 0) + ((extra & HasSteamId) != 0 ? 8 : 0));
            if ((extra & HasSpectators) != 0)
            {
                reader.Skip(2);
                reader.Text();
            }

            return (extra & HasKeywords) != 0 ? reader.Text() : "";
        }
        catch (GameProtocolException)
        {
            return "";
        }
    }

    private static List<string> ReadPlayers(byte[] answer)
    {
        var reader = new AnswerReader(answer);
        reader.Skip(4 + 1);
        var count = reader.Byte();
        var names = new List<string>(count);
        for (var player = 0; player < count && reader.Left > 0; player++)
        {
            reader.Skip(1);
            var name = reader.Text();
            reader.Skip(8);
            if (name.Length > 0)
                names.Add(name);
        }

        return names;
    }
}
