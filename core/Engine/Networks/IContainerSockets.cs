using System.Net.Sockets;

namespace SnapshotBot.Engine;

/// <summary>Sockets that stand inside a container's network, where its loopback is the game's own: no port has to be published for them.</summary>
public interface IContainerSockets
{
    /// <summary>Makes an unconnected socket of the kind asked for in a running container's network. Null when it can't be entered from here: the engine is
    /// on another machine, its processes can't be seen, or this program may not. The caller disposes it.</summary>
    Task<Socket?> TryOpenAsync(ContainerDetails container, SocketType type, CancellationToken cancellationToken);
}
