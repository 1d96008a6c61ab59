namespace SnapshotBot.Service.Operations;

/// <summary>
/// Who may run beside whom in this process: one operation a server at a time, the repository shared by all but the one that needs it alone,
/// and no more of a lane than it holds. Waiters are let in in the order they came, so that a prune is not starved by snapshots.
/// </summary>
internal sealed class Gates
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly HashSet<string> _servers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lanes = new(StringComparer.Ordinal);
    private int _shared;
    private bool _alone;

    /// <inheritdoc cref="EnterAsync(OperationScope, OperationLane?, CancellationToken)"/>
    public Task<IDisposable> EnterAsync(OperationScope scope, CancellationToken cancellationToken) => EnterAsync(scope, null, cancellationToken);

    /// <summary>Waits for the scope's turn, and for room in the lane. Disposing what comes back leaves the gate.</summary>
    public async Task<IDisposable> EnterAsync(OperationScope scope, OperationLane? lane, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            waiter = new Waiter(scope, lane);
            _waiting.AddLast(waiter);
            LetIn();
        }

        await using (cancellationToken.Register(() => Withdraw(waiter, cancellationToken)))
            await waiter.Entered.Task;
        return new Pass(this, waiter);
    }

    private void LetIn()
    {
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        var aloneWaits = false;
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            var scope = node.Value.Scope;
            if (IsFull(node.Value.Lane))
            {
                // Whoever came later and is of another lane passes: a queue of routine work keeps nobody who asks by hand.
                node = next;
                continue;
            }

            if (!aloneWaits && IsFree(scope) && (scope.Server is not { } server || !blocked.Contains(server)))
            {
                _waiting.Remove(node);
                Take(node.Value);
                node.Value.Entered.TrySetResult();
            }
            else
            {
                aloneWaits |= scope.IsAlone;
                if (scope.Server is { } behind)
                    blocked.Add(behind);
            }

            node = next;
        }
    }

    private bool IsFree(OperationScope scope) =>
        scope.IsAlone ? !_alone && _shared == 0 : !_alone && (scope.Server is not { } server || !_servers.Contains(server));

    private bool IsFull(OperationLane? lane) => lane is not null && _lanes.GetValueOrDefault(lane.Name) >= lane.Most;

    private void Take(Waiter waiter)
    {
        var scope = waiter.Scope;
        if (waiter.Lane is { } lane)
            _lanes[lane.Name] = _lanes.GetValueOrDefault(lane.Name) + 1;
        if (scope.IsAlone)
        {
            _alone = true;
            return;
        }

        _shared++;
        if (scope.Server is { } server)
            _servers.Add(server);
    }

    private void Leave(Waiter waiter)
    {
        lock (_lock)
        {
            var scope = waiter.Scope;
            if (waiter.Lane is { } lane)
                _lanes[lane.Name]--;
            if (scope.IsAlone)
            {
                _alone = false;
            }
            else
            {
                _shared--;
                if (scope.Server is { } server)
                    _servers.Remove(server);
            }

            LetIn();
        }
    }

    private void Withdraw(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Let in and cancelled at once: it is in, and leaves by its pass.
            if (_waiting.Remove(waiter))
                waiter.Entered.TrySetCanceled(cancellationToken);
            LetIn();
        }
    }

    private sealed class Waiter(OperationScope scope, OperationLane? lane)
    {
        public OperationScope Scope { get; } = scope;

        public OperationLane? Lane { get; } = lane;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Pass(Gates gates, Waiter waiter) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                gates.Leave(waiter);
        }
    }
}
