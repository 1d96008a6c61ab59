using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>Containers that are paused, until this is thawed or disposed.</summary>
internal sealed class Freeze(RunState runState, Journal journal, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan ThawTime = TimeSpan.FromSeconds(60);

    private readonly List<(FreezeTarget Target, int Fact)> _containers = [];
    private long _since;
    private bool _thawed;
    private bool _mayComeLate;

    /// <summary>From sending pause to the last unpause answered; null until then.</summary>
    public TimeSpan? Duration { get; private set; }

    /// <summary>The names of those that something else had unpaused before; known once all are.</summary>
    public IReadOnlyList<string> Disturbed { get; private set; } = [];

    internal void Add(FreezeTarget target, int fact) => _containers.Add((target, fact));

    internal void Begin() => _since = time.GetTimestamp();

    internal long Since => _since;

    /// <summary>A pause was not answered: it may take effect after all are unpaused.</summary>
    internal void MayComeLate() => _mayComeLate = true;

    /// <summary>Unpauses all, under a deadline of its own. Doing it twice is fine.</summary>
    /// <exception cref="ThawFailedException">The engine did not do it in time; the journal keeps the facts, and healing tries again.</exception>
    public async Task ThawAsync()
    {
        if (_thawed)
            return;
        using var deadline = new CancellationTokenSource(_mayComeLate ? ThawTime + runState.LatePauseTime : ThawTime, time);
        try
        {
            if (_mayComeLate)
            {
                await Task.WhenAll(_containers.Select(one => runState.KeepUnpausedAsync(one.Target.Container.Id, deadline.Token)));
            }
            else
            {
                var paused = await Task.WhenAll(_containers.Select(one => runState.UnpauseAsync(one.Target, deadline.Token)));
                Disturbed = [.. _containers.Zip(paused).Where(one => !one.Second).Select(one => one.First.Target.Container.Name)];
            }
        }
        catch (Exception error) when (error is EngineException or OperationCanceledException)
        {
            // Told apart from a pause that was refused, and from a cancelled operation: here something may still stand still.
            throw new ThawFailedException([.. _containers.Select(one => one.Target.Container.Name)], error);
        }

        Duration = time.GetElapsedTime(_since);
        _thawed = true;
        foreach (var (_, fact) in _containers)
            await journal.SettleAsync(fact);
    }

    public async ValueTask DisposeAsync() => await ThawAsync();
}

/// <summary>Containers that were paused could not be unpaused. Whoever keeps a thawer lets it act.</summary>
internal sealed class ThawFailedException(IReadOnlyList<string> containers, Exception reason)
    : Exception($"The engine could not unpause {string.Join(", ", containers)} in time: {reason.Message} No file was changed by that.", reason);
