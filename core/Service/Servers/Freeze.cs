using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Servers;

/// <summary>
/// Containers that stand still, until this is thawed or disposed. From the freezing to the thawing players wait: what runs between has no result to
/// return, for a method with one is compiled only when it first waits.
/// </summary>
internal sealed class Freeze(RunState runState, Journal journal, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ThawTime = TimeSpan.FromSeconds(60);

    private readonly List<FreezeTarget> _targets = [];
    private readonly List<int> _facts = [];
    private bool _thawed;
    private bool _mayComeLate;

    /// <summary>What is frozen together.</summary>
    public IReadOnlyList<FreezeTarget> Targets => _targets;

    /// <summary>From before the first was frozen until the last ran again; null until then.</summary>
    public TimeSpan? Duration { get; private set; }

    /// <summary>The names of those that something else had thawed or unpaused before; known once all are.</summary>
    public IReadOnlyList<string> Disturbed { get; private set; } = [];

    /// <summary>Why what was read meanwhile is of no one moment; null when it is.</summary>
    public SnapshotWarning? Broke { get; set; }

    /// <summary>Whether much more differed by then than a moment before, and nothing was read of it.</summary>
    public bool HasGrown { get; set; }

    internal void Add(FreezeTarget target, int fact)
    {
        _targets.Add(target);
        _facts.Add(fact);
    }

    internal void Begin() => Since = time.GetTimestamp();

    internal long Since { get; private set; }

    /// <summary>A pause was not answered: it may take effect after all are unpaused.</summary>
    internal void MayComeLate() => _mayComeLate = true;

    /// <summary>Thaws all, under a deadline of its own. Doing it twice is fine.</summary>
    /// <exception cref="ThawFailedException">The engine did not do it in time; the journal keeps the facts, and healing tries again.</exception>
    public async Task ThawAsync()
    {
        if (_thawed)
            return;
        using var deadline = new CancellationTokenSource(_mayComeLate ? ThawTime + runState.LatePauseTime : ThawTime, time);
        var disturbed = new bool[_targets.Count];
        try
        {
            var unpauses = new Task[_targets.Count];
            for (var i = 0; i < unpauses.Length; i++)
                unpauses[i] = ThawAsync(i, disturbed, deadline.Token);
            await Task.WhenAll(unpauses);
        }
        catch (Exception error) when (error is EngineException or OperationCanceledException)
        {
            // Told apart from a pause that was refused, and from a cancelled operation: here something may still stand still.
            throw new ThawFailedException([.. _targets.Select(one => one.Container.Name)], error);
        }

        Duration = time.GetElapsedTime(Since);
        _thawed = true;
        Disturbed = [.. _targets.Where((_, i) => disturbed[i]).Select(one => one.Container.Name)];
        foreach (var fact in _facts)
            await journal.SettleAsync(fact);
    }

    private async Task ThawAsync(int i, bool[] disturbed, CancellationToken cancellationToken)
    {
        var target = _targets[i];
        if (_mayComeLate)
        {
            await runState.KeepUnpausedAsync(target.Container.Id, cancellationToken);
            return;
        }

        // The engine is asked by unpausing; past the engine it can be thawed without the engine's knowing.
        var isThawed = target.Group is { FreezerFile: not null, IsFrozen: false };
        if (target.IsHeldByKernel)
        {
            disturbed[i] = isThawed;
            if (!target.Group.TryThaw())
                await runState.EnsureUnpausedAsync(target.Container.Id, cancellationToken);
            return;
        }

        disturbed[i] = !await runState.UnpauseAsync(target, cancellationToken) || isThawed;
    }

    public async ValueTask DisposeAsync() => await ThawAsync();
}

/// <summary>Containers that were paused could not be unpaused. Whoever keeps a thawer lets it act.</summary>
internal sealed class ThawFailedException(IReadOnlyList<string> containers, Exception reason)
    : Exception($"The engine could not unpause {string.Join(", ", containers)} in time: {reason.Message} No file was changed by that.", reason);
