namespace SnapshotBot.Chat.Native.Rest;

/// <summary>
/// At most so many requests in any second, of all routes together but callbacks; and the whole stops when Discord says so. A little wider than a
/// second, since requests arrive with other gaps than they left.
/// </summary>
internal sealed class GlobalRate(TimeProvider time, int most)
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(1050);

    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _sent = new();
    private DateTimeOffset _heldUntil;

    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        while (Take() is { } wait)
        {
            await Waiting.ForAsync(wait, time, cancellationToken);
        }
    }

    public void Hold(TimeSpan delay)
    {
        lock (_lock)
        {
            var until = time.GetUtcNow() + delay;
            _heldUntil = until > _heldUntil ? until : _heldUntil;
        }
    }

    private TimeSpan? Take()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now < _heldUntil)
            {
                return _heldUntil - now;
            }

            while (_sent.TryPeek(out var first) && now - first >= Window)
            {
                _sent.Dequeue();
            }

            if (_sent.Count < most)
            {
                _sent.Enqueue(now);
                return null;
            }

            return _sent.Peek() + Window - now;
        }
    }
}
