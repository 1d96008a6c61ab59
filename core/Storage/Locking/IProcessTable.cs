namespace SnapshotBot.Storage.Locking;

/// <summary>Tells whether a process of this machine still runs.</summary>
internal interface IProcessTable
{
    /// <summary>Whether the process that wrote something at a time can still be the one with this number.</summary>
    bool MayBeAlive(int processId, DateTimeOffset wroteAt);
}
