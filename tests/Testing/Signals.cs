using System.Runtime.InteropServices;

namespace SnapshotBot.Testing;

/// <summary>What a process is told by the kernel, at once: to start a program for it takes some milliseconds (signal(7)).</summary>
public static partial class Signals
{
    public const int Terminate = 15;

    /// <summary>Holds all of a process still where it is. It can be killed all the same.</summary>
    public const int Hold = 19;

    public const int GoOn = 18;

    public static void Send(int process, int signal) => _ = Kill(process, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
