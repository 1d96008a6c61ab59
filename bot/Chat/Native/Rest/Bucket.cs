namespace SnapshotBot.Chat.Native.Rest;

/// <summary>
/// One allowance of Discord's: so many requests, then wait. Until its first answer nothing is known of it, so one request goes ahead and the
/// others wait for what its headers say.
/// </summary>
internal sealed class Bucket(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _lock = new();
    private bool _known;
    private int _limit = 1;
    private int _remaining = 1;
    private DateTimeOffset _resetAt;
    private DateTimeOffset _lastUsed = time.GetUtcNow();
    private TaskCompletionSource? _probe;

    /// <summary>Waits for room, first come first served.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            while (Take() is { } wait)
            {
                await wait(cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes in what an answer said. Answers may come out of order: the lower rest of one period counts.</summary>
    public void Learn(RateHeaders headers)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (headers is { Limit: { } limit, Remaining: { } remaining, ResetAfter: { } after })
            {
                var resetAt = now + after;
                var samePeriod = _known && (resetAt - _resetAt).Duration() < TimeSpan.FromMilliseconds(250);
                _remaining = samePeriod ? Math.Min(_remaining, remaining) : _known && now < _resetAt ? Math.Min(_remaining, remaining) : remaining;
                _limit = Math.Max(1, limit);
                _resetAt = resetAt > _resetAt ? resetAt : _resetAt;
            }
            else if (!_known)
            {
                // No bucket at all: nothing to hold back for.
                _limit = int.MaxValue;
                _remaining = int.MaxValue;
            }

            _known = true;
            EndProbe();
        }
    }

    /// <summary>Discord said to wait.</summary>
    public void Hold(TimeSpan delay)
    {
        lock (_lock)
        {
            _known = true;
            _limit = _limit == int.MaxValue ? 1 : _limit;
            _remaining = 0;
            var until = time.GetUtcNow() + delay;
            _resetAt = until > _resetAt ? until : _resetAt;
            EndProbe();
        }
    }

    /// <summary>The request came to no answer: the next one finds out.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            EndProbe();
        }
    }

    /// <summary>Whether nobody used it for so long, and it holds nobody back: it can be forgotten.</summary>
    public bool IsOver(TimeSpan idle)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            return _probe is null && _turn.CurrentCount > 0 && now >= _resetAt && now - _lastUsed >= idle;
        }
    }

    public void Dispose() => _turn.Dispose();

    // Null: taken. Else what to wait for before the next look.
    private Func<CancellationToken, Task>? Take()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _lastUsed = now;
            if (!_known)
            {
                if (_probe is { } other)
                {
                    return other.Task.WaitAsync;
                }

                _probe = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return null;
            }

            if (_limit != int.MaxValue && now >= _resetAt)
            {
                _remaining = Math.Max(_remaining, _limit);

                // The new period begins with the request that is let go now; its answer says when it ends.
                _resetAt = now + TimeSpan.FromSeconds(1);
            }

            if (_remaining > 0)
            {
                _remaining -= _limit == int.MaxValue ? 0 : 1;
                return null;
            }

            var wait = _resetAt - now;
            return cancellationToken => Waiting.ForAsync(wait, time, cancellationToken);
        }
    }

    private void EndProbe()
    {
        _probe?.TrySetResult();
        _probe = null;
    }
}
