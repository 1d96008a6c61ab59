namespace SnapshotBot.Service.Operations;

/// <summary>
/// Who may run beside whom in this process: one operation a server at a time, and the repository shared by all but the one that needs it
/// alone. Waiters are let in in the order they came, so that a prune is not starved by snapshots.
/// </summary>
internal sealed class Gates
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private readonly HashSet<string> _servers = new(StringComparer.Ordinal);
    private int _shared;
    private bool _alone;

    /// <summary>Waits for the scope's turn. Disposing what comes back leaves the gate.</summary>
    public async Task<IDisposable> EnterAsync(OperationScope scope, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            waiter = new Waiter(scope);
            _waiting.AddLast(waiter);
            LetIn();
        }

        await using (cancellationToken.Register(() => Withdraw(waiter, cancellationToken)))
            await waiter.Entered.Task;
        return new Pass(this, scope);
    }

    private void LetIn()
    {
        var blocked = new HashSet<string>(StringComparer.Ordinal);
        var aloneWaits = false;
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            var scope = node.Value.Scope;
            if (!aloneWaits && IsFree(scope) && (scope.Server is not { } server || !blocked.Contains(server)))
            {
                _waiting.Remove(node);
                Take(scope);
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

    private void Take(OperationScope scope)
    {
        if (scope.IsAlone)
        {
            _alone = true;
            return;
        }

        _shared++;
        if (scope.Server is { } server)
            _servers.Add(server);
    }

    private void Leave(OperationScope scope)
    {
        lock (_lock)
        {
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

    private sealed class Waiter(OperationScope scope)
    {
        public OperationScope Scope { get; } = scope;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Pass(Gates gates, OperationScope scope) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                gates.Leave(scope);
        }
    }
}
