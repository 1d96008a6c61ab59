using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>A running container was paused: taken back by unpausing it.</summary>
internal sealed record ContainerPaused(string Container, string Name) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsureUnpausedAsync(ContainerId.Parse(Container), cancellationToken);
}

/// <summary>A running container was stopped: taken back by starting it, and pausing it when it was paused.</summary>
internal sealed record ContainerStopped(string Container, string Name, bool WasPaused) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsureRunningAsync(ContainerId.Parse(Container), WasPaused, cancellationToken);
}

/// <summary>A container was started that an undo must find stopped.</summary>
internal sealed record ContainerStarted(string Container, string Name, int GraceSeconds) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsureStoppedAsync(
            ContainerId.Parse(Container), TimeSpan.FromSeconds(GraceSeconds), cancellationToken);
}

/// <summary>A container's restart policy was set to <c>no</c>, so that nothing starts it half-way. It comes back whatever happens.</summary>
internal sealed record RestartPolicyHeld(string Container, string Name, RestartPolicyKind Policy, int MaximumRetries) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken) =>
        context.Services.GetRequiredService<RunState>().EnsurePolicyAsync(
            ContainerId.Parse(Container), new RestartPolicy(Policy, MaximumRetries), cancellationToken);

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}
