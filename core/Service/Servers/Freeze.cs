using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>Containers that are paused, until this is thawed or disposed.</summary>
internal sealed class Freeze(RunState runState, Journal journal, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ThawTime = TimeSpan.FromSeconds(60);

    private readonly List<(ContainerId Id, int Fact)> _containers = [];
    private long _since;
    private bool _thawed;
    private bool _mayComeLate;

    /// <summary>From sending pause to the last unpause answered; null until then.</summary>
    public TimeSpan? Duration { get; private set; }

    internal void Add(ContainerId id, int fact) => _containers.Add((id, fact));

    internal void Begin() => _since = time.GetTimestamp();

    internal long Since => _since;

    /// <summary>A pause was not answered: it may take effect after all are unpaused.</summary>
    internal void MayComeLate() => _mayComeLate = true;

    /// <summary>Unpauses all, under a deadline of its own. Doing it twice is fine.</summary>
    /// <exception cref="EngineException">The engine did not do it in time; the journal keeps the fact, and healing tries again.</exception>
    public async Task ThawAsync()
    {
        if (_thawed)
            return;
        using var deadline = new CancellationTokenSource(_mayComeLate ? ThawTime + runState.LatePauseTime : ThawTime, time);
        await Task.WhenAll(_containers.Select(one =>
            _mayComeLate ? runState.KeepUnpausedAsync(one.Id, deadline.Token) : runState.EnsureUnpausedAsync(one.Id, deadline.Token)));
        Duration = time.GetElapsedTime(_since);
        _thawed = true;
        foreach (var (_, fact) in _containers)
            await journal.SettleAsync(fact);
    }

    public async ValueTask DisposeAsync() => await ThawAsync();
}
