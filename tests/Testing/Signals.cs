using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SnapshotBot.Testing;

/// <summary>What a process is told by the kernel, at once: to start a program for it takes some milliseconds.</summary>
public static partial class Signals
{
    private const int Hold = 19;

    /// <summary>Holds all of a process still where it is (SIGSTOP). It can be killed all the same.</summary>
    public static void Stop(Process process) => _ = Kill(process.Id, Hold);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
