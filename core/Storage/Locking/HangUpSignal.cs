using System.Runtime.InteropServices;

namespace SnapshotBot.Storage.Locking;

/// <summary>
/// Keeps SIGHUP from ending a process that holds a lock: restic, on the same machine, sends it to a lock's process to see whether that one
/// still lives, and a living restic passes over it.
/// </summary>
internal static class HangUpSignal
{
    private static readonly Lazy<PosixSignalRegistration> Registration = new(
        static () => PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true));

    /// <summary>From the first call on, for the rest of the process's life.</summary>
    public static void Ignore() => _ = Registration.Value;
}
