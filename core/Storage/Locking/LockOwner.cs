using System.Net;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Locking;

/// <summary>Who takes a lock: host, user and process.</summary>
public sealed record LockOwner(string Hostname, string Username, int ProcessId, uint UserId, uint GroupId)
{
    /// <summary>This process.</summary>
    public static LockOwner Current() => new(
        // Not Environment.MachineName: it ends at the first dot, and restic compares whole names.
        Dns.GetHostName(), Environment.UserName, Environment.ProcessId, LibC.EffectiveUser(), LibC.EffectiveGroup());

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
