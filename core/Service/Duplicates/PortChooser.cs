using System.Net;
using System.Net.Sockets;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Knows which ports of the host are taken, and finds free ones.</summary>
internal sealed class PortChooser
{
    private const int LowestPort = 1024;
    private const int HighestPort = 65535;

    private readonly HashSet<(int Port, string Protocol)> _taken = [];
    private readonly Func<int, string, bool> _isFreeHere;

    internal PortChooser(IEnumerable<(int Port, string Protocol)> taken, Func<int, string, bool> isFreeHere)
    {
        _taken.UnionWith(taken);
        _isFreeHere = isFreeHere;
    }

    /// <summary>Asks all containers of the engine, stopped ones too: they want their ports back.</summary>
    public static async Task<PortChooser> OfAsync(IDockerEngine engine, CancellationToken cancellationToken)
    {
        var taken = new List<(int, string)>();
        foreach (var container in await engine.Containers.ListAsync(cancellationToken))
        {
            try
            {
                var details = await engine.Containers.InspectAsync(container.Id, cancellationToken);
                taken.AddRange(details.Ports.Where(port => port.HostPort is not null).Select(port => (port.HostPort!.Value, port.Protocol)));
            }
            catch (EngineNotFoundException)
            {
                // Gone between the list and the look.
            }
        }

        return new PortChooser(taken, IsFreeHere);
    }

    /// <summary>Takes one port; false when somebody has it.</summary>
    public bool TryTake(int port, string protocol) => !_taken.Contains((port, protocol)) && _isFreeHere(port, protocol) && _taken.Add((port, protocol));

    /// <summary>The first free port from the one given on, not taken yet.</summary>
    public int Suggest(int from, string protocol)
    {
        for (var steps = 0; steps <= HighestPort - LowestPort; steps++)
        {
            var port = LowestPort + ((Math.Max(from, LowestPort) - LowestPort + steps) % (HighestPort - LowestPort + 1));
            if (!_taken.Contains((port, protocol)) && _isFreeHere(port, protocol))
                return port;
        }

        return 0;
    }

    /// <summary>The host's other programs have ports too; where the engine has a network of its own this says nothing, and does no harm.</summary>
    private static bool IsFreeHere(int port, string protocol)
    {
        using var socket = protocol == "udp"
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }
}
