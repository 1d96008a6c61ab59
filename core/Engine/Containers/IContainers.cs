namespace SnapshotBot.Engine;

/// <summary>The engine's containers.</summary>
/// <remarks>Every call throws <see cref="EngineException"/>s only (and the caller's cancellation). Safe for several threads.</remarks>
public interface IContainers
{
    /// <summary>All containers, stopped ones too, oldest first.</summary>
    Task<IReadOnlyList<ContainerSummary>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Finds one by name (with or without slash), whole id or beginning of an id, in the engine's own list.</summary>
    Task<ContainerLookup> FindAsync(string nameOrId, CancellationToken cancellationToken);

    /// <summary>All the engine says of it.</summary>
    /// <exception cref="EngineNotFoundException">There is no such container any more.</exception>
    Task<ContainerDetails> InspectAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Bytes of memory that its processes use now, without the files the kernel caches for it, as <c>docker stats</c> counts; null when it
    /// does not run or the engine does not say.</summary>
    /// <exception cref="EngineNotFoundException">There is no such container any more.</exception>
    Task<long?> ReadMemoryUsedAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Makes a container, and joins it to all networks of its definition. It is not started.</summary>
    /// <exception cref="EngineConflictException">The name is in use.</exception>
    /// <exception cref="EngineNotFoundException">The image or a network is missing.</exception>
    Task<ContainerId> CreateAsync(ContainerDefinition definition, EngineName name, CancellationToken cancellationToken);

    /// <summary>Starts it; true when it was not running before.</summary>
    Task<bool> StartAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Asks it to stop, and kills it when <paramref name="grace"/> (whole seconds) is over.</summary>
    Task<StopResult> StopAsync(ContainerId id, TimeSpan grace, CancellationToken cancellationToken);

    Task KillAsync(ContainerId id, string signal, CancellationToken cancellationToken);

    Task RestartAsync(ContainerId id, TimeSpan grace, CancellationToken cancellationToken);

    /// <summary>Freezes its processes.</summary>
    /// <exception cref="EngineConflictException">It is not running, or paused already.</exception>
    Task PauseAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Thaws its processes.</summary>
    /// <exception cref="EngineConflictException">It is not paused.</exception>
    Task UnpauseAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>Gives it another name.</summary>
    /// <exception cref="EngineConflictException">The name is in use.</exception>
    Task RenameAsync(ContainerId id, EngineName name, CancellationToken cancellationToken);

    Task SetRestartPolicyAsync(ContainerId id, RestartPolicy policy, CancellationToken cancellationToken);

    /// <summary>Removes a container that does not run. Named volumes always stay.</summary>
    /// <exception cref="EngineConflictException">It is running.</exception>
    Task RemoveAsync(ContainerId id, AnonymousVolumes volumes, CancellationToken cancellationToken);

    /// <summary>Puts an empty file into the top folder of what is below its mounts; it need not run.</summary>
    /// <exception cref="EngineRefusedException">It was made read-only.</exception>
    Task PlaceFileAsync(ContainerId id, string name, CancellationToken cancellationToken);

    /// <summary>Waits until it no longer runs; the exit code.</summary>
    Task<int> WaitAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>
    /// The ends of containers from a moment on, each as it happens, until cancelled or the engine goes. Of the past the engine remembers its
    /// last few hundred events. What ended and was started again by the engine can be learnt nowhere else: its state is that of the new run.
    /// </summary>
    IAsyncEnumerable<ContainerEnd> WatchEndsAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Runs a command inside. Neither a missing command nor a failing one is an exception: see the exit code (126, 127).</summary>
    /// <exception cref="EngineConflictException">The container does not run, or is paused.</exception>
    Task<ExecResult> ExecAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken);

    /// <summary>Listens to what a container writes from now on, and writes lines to its standard input where it takes some. The caller disposes it.</summary>
    Task<IContainerConsole> OpenConsoleAsync(ContainerId id, CancellationToken cancellationToken);

    /// <summary>The last lines of what it wrote, both streams as they came.</summary>
    Task<string> ReadLogTailAsync(ContainerId id, int lines, CancellationToken cancellationToken);
}

/// <summary>One end of a container.</summary>
/// <param name="Id">The container.</param>
/// <param name="At">When, by the engine's clock.</param>
/// <param name="ExitCode">137: it was killed.</param>
/// <param name="WasKilledForMemory">Whether the kernel took something of it for its memory right before.</param>
public sealed record ContainerEnd(ContainerId Id, DateTimeOffset At, int ExitCode, bool WasKilledForMemory);

/// <summary>What became of a stop.</summary>
/// <param name="WasRunning">False when it was stopped already.</param>
/// <param name="ExitCode">Null when it removed itself as it stopped. 137: it was killed, and may not have saved.</param>
public sealed record StopResult(bool WasRunning, int? ExitCode);

/// <summary>What happens to volumes without a name when their container is removed.</summary>
public enum AnonymousVolumes
{
    Keep,
    Remove,
}

/// <summary>What a name or the beginning of an id led to.</summary>
public abstract record ContainerLookup
{
    private ContainerLookup()
    {
    }

    public sealed record Found(ContainerSummary Container) : ContainerLookup;

    /// <summary>Nothing of that name; <paramref name="Similar"/> are names that look like it.</summary>
    public sealed record NotFound(IReadOnlyList<string> Similar) : ContainerLookup;

    /// <summary>The beginning of several ids.</summary>
    public sealed record Ambiguous(IReadOnlyList<ContainerSummary> Candidates) : ContainerLookup;
}

/// <summary>A command to run inside a container.</summary>
public sealed record ExecRequest
{
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Null: as the container's own.</summary>
    public string? User { get; init; }

    public string? WorkingDirectory { get; init; }

    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>How long to wait for its end. The engine can't end it: after this it may still run.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Of each stream this much is kept; the rest is read and dropped.</summary>
    public int OutputLimit { get; init; } = 1024 * 1024;
}

/// <summary>How a command inside a container ended.</summary>
public abstract record ExecResult(string Output, string ErrorOutput)
{
    public sealed record Finished(int ExitCode, string Output, string ErrorOutput) : ExecResult(Output, ErrorOutput);

    /// <summary>The deadline passed; the command may still run.</summary>
    public sealed record TimedOut(string Output, string ErrorOutput) : ExecResult(Output, ErrorOutput);
}
