using System.Runtime.InteropServices;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Locking;

/// <summary>Who takes a lock: host, user and process.</summary>
public sealed record LockOwner(string Hostname, string Username, int ProcessId, uint UserId, uint GroupId)
{
    /// <summary>This process.</summary>
    public static LockOwner Current() =>
        new(ThisHost(), Environment.UserName, Environment.ProcessId, LibC.EffectiveUser(), LibC.EffectiveGroup());

    /// <summary>
    /// This machine's name, whole. Not Environment.MachineName: it ends at the first dot, and restic compares whole names. Not Dns either: what it loads
    /// to trace itself is a twentieth of a short command.
    /// </summary>
    public static unsafe string ThisHost()
    {
        // Linux allows 64 bytes and a zero.
        const int size = 256;
        var name = stackalloc byte[size];
        return LibC.HostName(name, size) == 0 ? Marshal.PtrToStringUTF8((nint)name)! : Environment.MachineName;
    }

    internal LockFile ToFile(LockMode mode, DateTimeOffset time) => new()
    {
        Time = time,
        Exclusive = mode == LockMode.Exclusive,
        Hostname = Hostname,
        Username = Username,
        ProcessId = ProcessId,
        UserId = UserId,
        GroupId = GroupId,
    };
}

/// <summary>Whether others may work at the same time.</summary>
public enum LockMode
{
    /// <summary>Reading, and writing that only adds: any number at once.</summary>
    Shared,

    /// <summary>Removing: alone.</summary>
    Exclusive,
}
