using System.Net.Sockets;

namespace SnapshotBot.Service.Games.Clients;

/// <summary>Questions and answers by UDP with one address: what others send is not heard.</summary>
internal sealed class UdpExchange : IDisposable
{
    /// <summary>No UDP datagram is larger.</summary>
    private const int LargestDatagram = 65_535;

    /// <summary>Answers of another kind that are passed over before the game counts as babbling.</summary>
    private const int MostStrangers = 64;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[LargestDatagram];

    private UdpExchange(Socket socket) => _socket = socket;

    public static async Task<UdpExchange> OpenAsync(GameAddress address, CancellationToken cancellationToken) =>
        new(await address.ConnectAsync(SocketType.Dgram, cancellationToken));

    public async Task SendAsync(ReadOnlyMemory<byte> question, CancellationToken cancellationToken) =>
        await _socket.SendAsync(question, SocketFlags.None, cancellationToken);

    /// <summary>The next answer that <paramref name="isMine"/> takes. Valid until the next call.</summary>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(Func<ReadOnlyMemory<byte>, bool> isMine, CancellationToken cancellationToken)
    {
        for (var strangers = 0; strangers < MostStrangers; strangers++)
        {
            var length = await _socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, cancellationToken);
            var answer = _buffer.AsMemory(0, length);
            if (isMine(answer))
                return answer;
        }

        throw new GameProtocolException("It sends what was not asked for.");
    }

    /// <summary>Asks, and asks again when nothing comes: datagrams get lost.</summary>
    public async Task<ReadOnlyMemory<byte>> AskAsync(
        ReadOnlyMemory<byte> question, Func<ReadOnlyMemory<byte>, bool> isMine, CancellationToken cancellationToken)
    {
        while (true)
        {
            await SendAsync(question, cancellationToken);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(TimeSpan.FromSeconds(1));
            try
            {
                return await ReceiveAsync(isMine, patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Lost on the way, or slow: once more.
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
