using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SnapshotBot.Engine;
using SnapshotBot.Service.Games;

namespace SnapshotBot.Service.Tests.Games;

/// <summary>A TCP server that does what a test says, to every connection.</summary>
internal sealed class TcpGame : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public TcpGame(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public GameAddress Address => GameAddress.Direct((IPEndPoint)_listener.LocalEndpoint);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    private async Task ServeAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        while (true)
        {
            using var client = await _listener.AcceptTcpClientAsync(_end.Token);
            try
            {
                await using var stream = client.GetStream();
                await serve(stream, _end.Token);
            }
            catch (IOException)
            {
                // The client had enough.
            }
        }
    }
}

/// <summary>A UDP server that answers each datagram with those a test says.</summary>
internal sealed class UdpGame : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    public UdpGame(Func<byte[], IEnumerable<byte[]>> answer) => _serving = ServeAsync(answer);

    public GameAddress Address => GameAddress.Direct((IPEndPoint)_socket.Client.LocalEndPoint!);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync(Func<byte[], IEnumerable<byte[]>> answer)
    {
        while (true)
        {
            var question = await _socket.ReceiveAsync(_end.Token);
            foreach (var datagram in answer(question.Buffer))
                await _socket.SendAsync(datagram, question.RemoteEndPoint, _end.Token);
        }
    }
}

/// <summary>A hand-written RCON server: as Source's, and where a test wants it not as Source's at all.</summary>
internal static class RconGame
{
    public const string Password = "geheim";

    public static TcpGame Serve(Func<string, NetworkStream, int, CancellationToken, Task> run) => new(async (stream, end) =>
    {
        while (await ReadAsync(stream, end) is var (id, type, body))
        {
            if (type == 3)
            {
                await stream.WriteAsync(Packet(id, 0, ""), end);
                await stream.WriteAsync(Packet(body == Password ? id : -1, 2, ""), end);
            }
            else if (type == 2)
            {
                await run(body, stream, id, end);
            }
            else
            {
                await stream.WriteAsync(Packet(id, 0, "Unknown request 0"), end);
            }
        }
    });

    public static byte[] Packet(int id, int type, string body)
    {
        var text = Encoding.UTF8.GetBytes(body);
        var packet = new byte[14 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, 10 + text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(4), id);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(8), type);
        text.CopyTo(packet, 12);
        return packet;
    }

    public static async Task<(int Id, int Type, string Body)?> ReadAsync(NetworkStream stream, CancellationToken end)
    {
        var head = new byte[12];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, end) < head.Length)
            return null;
        var rest = new byte[BinaryPrimitives.ReadInt32LittleEndian(head) - 8];
        await stream.ReadExactlyAsync(rest, end);
        return (BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(4)), BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8)), Encoding.UTF8.GetString(rest[..^2]));
    }
}

/// <summary>An engine of which nothing is asked but sockets, which are this machine's own.</summary>
internal sealed class LoopbackEngine : IDockerEngine, IContainerSockets
{
    public string Endpoint => "";

    public string ApiVersion => "";

    public IContainers Containers => throw new NotSupportedException();

    public IImages Images => throw new NotSupportedException();

    public INetworks Networks => throw new NotSupportedException();

    public IVolumes Volumes => throw new NotSupportedException();

    public IWritableLayers WritableLayers => throw new NotSupportedException();

    public IContainerSockets ContainerSockets => this;

    public Task<Socket?> TryOpenAsync(ContainerDetails container, SocketType type, CancellationToken cancellationToken) =>
        Task.FromResult<Socket?>(new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp));

    public Task PingAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EngineInfo> ReadInfoAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
