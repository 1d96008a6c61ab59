using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapshotBot.Engine;

/// <summary>Makes sockets in containers' network namespaces (setns(2)): a socket stays in the namespace it was made in.</summary>
internal sealed partial class ContainerSockets(string hostRoot, EngineEndpoint endpoint) : IContainerSockets
{
    private const int NewNetwork = 0x40000000;
    private const int CloseOnExec = 0x80000;

    public async Task<Socket?> TryOpenAsync(ContainerDetails container, SocketType type, CancellationToken cancellationToken)
    {
        if (endpoint.SocketPath is null || container.State.ProcessId <= 0)
        {
            return null;
        }

        var process = $"{hostRoot.TrimEnd('/')}/proc/{container.State.ProcessId}";
        try
        {
            // The number alone could be another process's: of another machine behind the socket, or because this one ended.
            if (!(await ProcFile.ReadAsync($"{process}/mountinfo", cancellationToken)).Contains(container.Id.Value, StringComparison.Ordinal))
            {
                return null;
            }

            // Not by a FileStream, which refuses what is neither a file nor a device.
            using var network = OpenNamespace($"{process}/ns/net", CloseOnExec);
            return network.IsInvalid ? null : Open(network, type);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>On a thread of its own, which ends inside the other network: no other work of this program ever runs there.</summary>
    /// <exception cref="SocketException">There is none to be had now: this program has too many files open, or the machine has.</exception>
    private static Socket? Open(SafeFileHandle network, SocketType type)
    {
        Socket? socket = null;
        SocketException? failed = null;
        var inside = new Thread(() =>
        {
            if (SetNamespace(network, NewNetwork) != 0)
            {
                return;
            }

            try
            {
                socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
            }
            catch (SocketException error)
            {
                // Nobody would catch it on this thread, and the whole program would end.
                failed = error;
            }
        })
        {
            IsBackground = true,
            Name = "container network",
        };
        inside.Start();
        inside.Join();
        return failed is null ? socket : throw new SocketException((int)failed.SocketErrorCode);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenNamespace(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int kind);
}
