using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Locking;

/// <summary>Somebody else holds a lock that excludes ours. Nothing was changed.</summary>
public sealed class RepositoryLockedException : IOException
{
    public RepositoryLockedException(ObjectId lockId, LockFile? holder, DateTimeOffset now)
        : base(Describe(lockId, holder, now))
    {
        LockId = lockId;
        Holder = holder;
    }

    /// <summary>The lock file in the way.</summary>
    public ObjectId LockId { get; }

    /// <summary>What it says; null when it can't be read.</summary>
    public LockFile? Holder { get; }

    private static string Describe(ObjectId lockId, LockFile? holder, DateTimeOffset now)
    {
        if (holder is null)
        {
            return $"The repository has a lock that can't be read ({lockId.ToShortString()}). Nothing was changed. " +
                "When nobody else is working on it, remove it with \"repository unlock\".";
        }

        var age = now - holder.Time;
        var since = age < TimeSpan.FromMinutes(1) ? "for less than a minute" : $"for {Math.Floor(age.TotalMinutes):F0} min";
        var how = holder.Exclusive ? "alone (it removes data)" : "together with others";
        return $"The repository is in use by {holder.Username}@{holder.Hostname}, process {holder.ProcessId}, {how}, {since}. Nothing was changed. " +
            "Wait until it is done, or let this command wait with --retry. If that process is surely gone: \"repository unlock\".";
    }
}
