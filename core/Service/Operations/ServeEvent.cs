namespace SnapshotBot.Service.Operations;

/// <summary>What becomes of a serving process: a closed family.</summary>
public abstract record ServeEvent
{
    private ServeEvent()
    {
    }

    /// <summary>Another process is the runner, a terminal for the length of its command or a second serving one; this waits until it ends.</summary>
    public sealed record Waiting : ServeEvent;

    /// <summary>This process is the runner from here on.</summary>
    /// <param name="Healed">What a process that died had left.</param>
    public sealed record Ready(IReadOnlyList<HealedOperation> Healed) : ServeEvent;
}

/// <summary>How serving ended: a closed family.</summary>
public abstract record ServeEnding
{
    private ServeEnding()
    {
    }

    /// <summary>Nothing is left half done. What had not ended waits on its row for the next runner.</summary>
    public sealed record Clean : ServeEnding;

    /// <summary>Some could not be taken back in time. The lock stays held until this process is gone, then whoever comes next heals them.</summary>
    public sealed record LeftToHealing(int Operations) : ServeEnding;
}

/// <summary>Whether serving goes well, for the health check and the dead-man's call.</summary>
/// <param name="IsServing">Whether this process is the runner.</param>
/// <param name="LastRound">When the queue was last looked through.</param>
/// <param name="Failing">The periodic work whose last run failed.</param>
/// <param name="Running">How many operations run or wait for their turn.</param>
public sealed record ServeHealth(bool IsServing, DateTimeOffset? LastRound, IReadOnlyList<string> Failing, int Running);
