namespace SnapshotBot.Storage.Locking;

/// <summary>The rhythm of locks. The defaults are restic's, so that both judge each other alike.</summary>
public sealed record LockOptions
{
    /// <summary>How old a lock gets before its holder renews it.</summary>
    public TimeSpan RefreshAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often is looked whether to renew; also the pause after a renewal that failed.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A lock this old without renewal is taken for abandoned by everybody.</summary>
    public TimeSpan StaleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>When a lock could not be renewed for so long, its holder stops: well before others may take it for abandoned.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromMinutes(22.5);

    /// <summary>How long to wait for others to finish; zero to fail at once.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.Zero;

    /// <summary>What giving a lock back may take. Afterwards the file stays until others find it abandoned.</summary>
    public TimeSpan ReleaseTimeout { get; init; } = TimeSpan.FromSeconds(20);
}
