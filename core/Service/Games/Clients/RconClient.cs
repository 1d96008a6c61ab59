using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>
/// Source RCON (developer.valvesoftware.com/wiki/Source_RCON_Protocol). Long answers come in several packets without saying how many; where one
/// may follow, an empty question is sent after it, whose answer marks the end. Games that do not answer that one, or number nothing, end by silence.
/// </summary>
internal sealed class RconClient : IDisposable
{
    private const int Authenticate = 3;
    private const int Authenticated = 2;
    private const int Execute = 2;
    private const int Response = 0;

    /// <summary>Id, type, and two zero bytes.</summary>
    private const int Smallest = 10;

    /// <summary>The protocol says 4,096; some games send longer ones whole.</summary>
    private const int LargestPacket = 256 * 1024;
    private const int LargestAnswer = 1024 * 1024;
    private const int LargestCommand = 1024;

    /// <summary>Games cut at 4,096 bytes or a little before: a shorter one is the last.</summary>
    private const int MayGoOn = 3500;
    private const int MostStrangers = 64;
    private const int Refused = -1;

    /// <summary>Some games (Palworld) answer under this number whatever they were asked under. One command is asked at a time, so it is clear which.</summary>
    private const int Unnumbered = 0;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(1500);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private int _lastId = 0x5B00;

    private RconClient(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: false);
    }

    /// <summary>Connects and logs in.</summary>
    /// <exception cref="PasswordRefusedException">The password is wrong.</exception>
    public static async Task<RconClient> LogInAsync(GameAddress address, string password, CancellationToken cancellationToken)
    {
        var client = new RconClient(await address.ConnectAsync(SocketType.Stream, cancellationToken));
        try
        {
            await client.LogInAsync(password, cancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Sends one command; its whole answer, which may be empty.</summary>
    public async Task<string> RunAsync(string command, CancellationToken cancellationToken)
    {
        var id = await SendAsync(Execute, command, cancellationToken);
        using var answer = new MemoryStream();
        var (from, part) = await ReceiveAsync(id, cancellationToken);
        answer.Write(part);

        // Where nothing is numbered the answer to a second question would be taken for more of the first.
        if (part.Length >= MayGoOn)
            await ReadRestAsync(from, from == id ? await SendAsync(Response, "", cancellationToken) : null, answer, cancellationToken);
        return Encoding.UTF8.GetString(answer.GetBuffer(), 0, (int)answer.Length);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private async Task LogInAsync(string password, CancellationToken cancellationToken)
    {
        var id = await SendAsync(Authenticate, password, cancellationToken);
        for (var strangers = 0; strangers < MostStrangers; strangers++)
        {
            var (from, type, _) = await ReadPacketAsync(cancellationToken);
            if (type != Authenticated)
                continue;
            if (from == Refused)
                throw new PasswordRefusedException("RCON");
            if (from == id || from == Unnumbered)
                return;
        }

        throw new GameProtocolException("It sends what was not asked for.");
    }

    private async Task ReadRestAsync(int id, int? end, MemoryStream answer, CancellationToken cancellationToken)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            for (var strangers = 0; strangers < MostStrangers;)
            {
                quiet.CancelAfter(Silence);
                var (from, _, body) = await ReadPacketAsync(quiet.Token);
                if (from == end)
                    return;
                if (from != id)
                {
                    strangers++;
                    continue;
                }

                if (answer.Length + body.Length > LargestAnswer)
                    throw new GameProtocolException($"Its answer is longer than {LargestAnswer / 1024} KiB.");
                answer.Write(body);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Silence: this game does not answer empty questions, and all has come.
        }
    }

    private async Task<(int From, byte[] Body)> ReceiveAsync(int id, CancellationToken cancellationToken)
    {
        for (var strangers = 0; strangers < MostStrangers; strangers++)
        {
            var (from, type, body) = await ReadPacketAsync(cancellationToken);
            if (from == id || (from == Unnumbered && type == Response))
                return (from, body);
        }

        throw new GameProtocolException("It answers under other numbers than it was asked.");
    }

    private async Task<int> SendAsync(int type, string text, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(text);
        if (body.Length > LargestCommand || body.Contains((byte)0))
            throw new GameProtocolException("The command is too long.");
        var id = ++_lastId;
        var packet = new byte[4 + Smallest + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, Smallest + body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(4), id);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(8), type);
        body.CopyTo(packet.AsSpan(12));
        await _stream.WriteAsync(packet, cancellationToken);
        return id;
    }

    private async Task<(int Id, int Type, byte[] Body)> ReadPacketAsync(CancellationToken cancellationToken)
    {
        var header = new byte[12];
        await ReadAsync(header.AsMemory(0, 4), cancellationToken);
        var size = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (size is < Smallest or > LargestPacket)
            throw new GameProtocolException($"It announces a packet of {size} bytes.");
        await ReadAsync(header.AsMemory(4, 8), cancellationToken);

        var rest = new byte[size - 8];
        await ReadAsync(rest, cancellationToken);
        return (BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8)), rest[..^2]);
    }

    private async Task ReadAsync(Memory<byte> room, CancellationToken cancellationToken)
    {
        if (await _stream.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, cancellationToken) < room.Length)
            throw new GameProtocolException("It closed the connection.");
    }
}

/// <summary>The game does not take the password.</summary>
/// <param name="what">Of what.</param>
internal sealed class PasswordRefusedException(string what) : Exception($"It refused the {what} password.");
