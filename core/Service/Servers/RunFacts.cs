using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>A running container was paused: taken back by unpausing it, whatever becomes of the operation.</summary>
internal sealed record ContainerPaused(string Container, string Name) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsureUnpausedAsync(ContainerId.Parse(Container), cancellationToken);

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}

/// <summary>A running container was stopped: taken back by starting it, and pausing it when it was paused.</summary>
/// <param name="Container">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="WasPaused">Whether it was paused before.</param>
/// <param name="StartedAt">When the run began that was stopped.</param>
/// <param name="Until">Until when the stop may still be under way, for the engine goes on with it.</param>
internal sealed record ContainerStopped(string Container, string Name, bool WasPaused, DateTimeOffset? StartedAt, DateTimeOffset Until) : Fact
{
    /// <summary>The engine's own time for killing what did not end, beyond the grace.</summary>
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(2);

    /// <summary>A game that is never to be killed may take days: nobody else waits for healing as long as that.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    public static ContainerStopped Of(ContainerDetails container, TimeSpan grace, TimeProvider time) =>
        new(container.Id.Value, container.Name, container.State.IsPaused, container.State.StartedAt, time.GetUtcNow() + (grace < LongestWait ? grace : LongestWait) + Reserve);

    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var runState = context.Services.GetRequiredService<RunState>();
        await runState.AwaitEndAsync(ContainerId.Parse(Container), StartedAt, Until, cancellationToken);
        await runState.EnsureRunningAsync(ContainerId.Parse(Container), WasPaused, cancellationToken);
    }
}

/// <summary>A container was started that an undo must find stopped.</summary>
internal sealed record ContainerStarted(string Container, string Name, int GraceSeconds) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsureStoppedAsync(
            ContainerId.Parse(Container), TimeSpan.FromSeconds(GraceSeconds), cancellationToken);
}

/// <summary>
/// A container's restart policy was set to <c>no</c>, so that nothing starts it half-way. It comes back whatever happens. An engine that is restarted
/// meanwhile ends the container and leaves it off for that policy, before anybody has asked for a stop: taken back it runs again.
/// </summary>
/// <param name="Container">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Policy">The policy it had.</param>
/// <param name="MaximumRetries">The limit of that policy.</param>
/// <param name="WasRunning">Whether it ran, paused or not.</param>
/// <param name="WasPaused">Whether it was paused.</param>
internal sealed record RestartPolicyHeld(
    string Container, string Name, RestartPolicyKind Policy, int MaximumRetries, bool WasRunning, bool WasPaused) : Fact
{
    public static RestartPolicyHeld Of(ContainerDetails container) => new(
        container.Id.Value,
        container.Name,
        container.RestartPolicy.Kind,
        container.RestartPolicy.MaximumRetries,
        container.State.IsRunning,
        container.State.IsPaused);

    public override async Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        await FinishAsync(context, cancellationToken);
        if (WasRunning)
            await context.Services.GetRequiredService<RunState>().EnsureRunningAsync(ContainerId.Parse(Container), WasPaused, cancellationToken);
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsurePolicyAsync(
            ContainerId.Parse(Container), new RestartPolicy(Policy, MaximumRetries), cancellationToken);
}
