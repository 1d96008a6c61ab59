using System.Net;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Games;

/// <summary>Where a container's port can be reached from here: its own addresses first, for they need no publishing, then published ones.</summary>
internal static class ContainerAddresses
{
    public static IReadOnlyList<IPEndPoint> Of(ContainerDetails container, int port, string protocol)
    {
        var found = new List<IPEndPoint>();
        if (container.NetworkMode == "host")
            found.Add(new IPEndPoint(IPAddress.Loopback, port));
        foreach (var network in container.Networks)
        {
            if (IPAddress.TryParse(network.Address, out var address))
                found.Add(new IPEndPoint(address, port));
        }

        foreach (var published in container.Ports.Where(one => one.ContainerPort == port && one.Protocol == protocol && one.HostPort is not null))
        {
            var address = IPAddress.TryParse(published.HostAddress, out var host) && !host.Equals(IPAddress.Any) && !host.Equals(IPAddress.IPv6Any) ? host : IPAddress.Loopback;
            found.Add(new IPEndPoint(address, published.HostPort!.Value));
        }

        return [.. found.Distinct()];
    }
}
