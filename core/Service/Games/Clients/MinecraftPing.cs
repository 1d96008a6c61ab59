using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>Minecraft Java's server list ping (minecraft.wiki/w/Java_Edition_protocol/Server_List_Ping, since 1.7).</summary>
internal static class MinecraftPing
{
    /// <summary>A server's icon alone may be 64 KiB in it; the protocol's own limit is 32,767 characters.</summary>
    private const int LargestAnswer = 512 * 1024;

    public static async Task<GameReply> AskAsync(GameAddress address, CancellationToken cancellationToken)
    {
        using var socket = await address.ConnectAsync(SocketType.Stream, cancellationToken);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync(Question(address.EndPoint), cancellationToken);
        var length = await ReadLengthAsync(stream, cancellationToken);
        if (length is < 3 or > LargestAnswer)
            throw new GameProtocolException($"It announces an answer of {length} bytes.");
        var answer = await ReadAsync(stream, length, cancellationToken);
        return Read(answer);
    }

    private static byte[] Question(IPEndPoint address)
    {
        var host = Encoding.UTF8.GetBytes(address.Address.ToString());

        // Packet 0, protocol -1 (asking only), host, port, next state 1; then the empty status request.
        byte[] handshake = [0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, (byte)host.Length, .. host, (byte)(address.Port >> 8), (byte)address.Port, 0x01];
        return [(byte)handshake.Length, .. handshake, 0x01, 0x00];
    }

    private static async Task<int> ReadLengthAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var value = 0;
        var one = new byte[1];
        for (var shift = 0; shift < 35; shift += 7)
        {
            await stream.ReadExactlyAsync(one, cancellationToken);
            value |= (one[0] & 0x7F) << shift;
            if ((one[0] & 0x80) == 0)
                return value;
        }

        throw new GameProtocolException("The length of its answer has no end.");
    }

    /// <summary>Room is made as bytes come, not as they are announced.</summary>
    private static async Task<byte[]> ReadAsync(NetworkStream stream, int length, CancellationToken cancellationToken)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[8192];
        while (answer.Length < length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - answer.Length)), cancellationToken);
            if (read == 0)
                throw new GameProtocolException("Its answer is cut short.");
            answer.Write(buffer, 0, read);
        }

        return answer.ToArray();
    }

    private static GameReply Read(byte[] answer)
    {
        var reader = new AnswerReader(answer);
        if (reader.VarInt() != 0)
            throw new GameProtocolException("It answers with another packet.");
        var json = reader.Take(reader.VarInt()).ToArray();
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 64 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("players", out var players) || players.ValueKind != JsonValueKind.Object)
                throw new GameProtocolException("Its answer names no players.");
            if (!players.TryGetProperty("online", out var online) || online.ValueKind != JsonValueKind.Number || !online.TryGetInt32(out var count))
                throw new GameProtocolException("Its answer names no number of players.");
            var names = players.TryGetProperty("sample", out var sample) && sample.ValueKind == JsonValueKind.Array
                ? sample.EnumerateArray().Select(one => Text(one, "name")).Where(name => name.Length > 0).ToList()
                : [];
            var version = root.TryGetProperty("version", out var told) ? Text(told, "name") : "";
            return new GameReply.Said("", count, names, version.Length > 0 ? version : null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is for text that is none, such as half a surrogate: it is looked at only when it is read.
            throw new GameProtocolException(string.Create(CultureInfo.InvariantCulture, $"Its answer is no JSON: {error.Message}"));
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}
