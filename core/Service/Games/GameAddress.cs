using System.Net;
using System.Net.Sockets;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Games;

/// <summary>One way to a port of a game, and how a socket for it is made.</summary>
internal sealed class GameAddress(IPEndPoint endPoint, Func<SocketType, CancellationToken, Task<Socket?>> open)
{
    public IPEndPoint EndPoint { get; } = endPoint;

    /// <summary>An address of the network this program is in.</summary>
    public static GameAddress Direct(IPEndPoint endPoint) => new(
        endPoint,
        (type, _) => Task.FromResult<Socket?>(new Socket(endPoint.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp)));

    /// <summary>A connected socket; a game that is not there is a <see cref="SocketException"/>.</summary>
    public async Task<Socket> ConnectAsync(SocketType type, CancellationToken cancellationToken)
    {
        var socket = await open(type, cancellationToken) ?? throw new SocketException((int)SocketError.NetworkUnreachable);
        try
        {
            await socket.ConnectAsync(EndPoint, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override string ToString() => EndPoint.ToString();

    /// <summary>
    /// All ways to a container's port: from inside its own network, where nothing has to be published and games that listen on loopback only
    /// answer too; by its addresses; by its published port.
    /// </summary>
    public static IReadOnlyList<GameAddress> Of(IDockerEngine engine, ContainerDetails container, int port, string protocol)
    {
        var ways = new List<GameAddress>
        {
            new(new IPEndPoint(IPAddress.Loopback, port), (type, token) => engine.ContainerSockets.TryOpenAsync(container, type, token)),
        };
        if (container.NetworkMode == "host")
            ways.Add(Direct(new IPEndPoint(IPAddress.Loopback, port)));
        foreach (var network in container.Networks)
        {
            if (IPAddress.TryParse(network.Address, out var address))
                ways.Add(Direct(new IPEndPoint(address, port)));
        }

        foreach (var published in container.Ports.Where(one => one.ContainerPort == port && one.Protocol == protocol && one.HostPort is not null))
        {
            var address = IPAddress.TryParse(published.HostAddress, out var host) && !host.Equals(IPAddress.Any) && !host.Equals(IPAddress.IPv6Any) ? host : IPAddress.Loopback;
            ways.Add(Direct(new IPEndPoint(address, published.HostPort!.Value)));
        }

        return [.. ways.Take(1), .. ways.Skip(1).DistinctBy(way => way.EndPoint)];
    }
}
