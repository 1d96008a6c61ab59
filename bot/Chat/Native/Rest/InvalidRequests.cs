namespace SnapshotBot.Chat.Native.Rest;

/// <summary>
/// Counts answers 401, 403 and 429 (but not those of a shared allowance). 10,000 of them in ten minutes and Discord bans the address, so well
/// before that requests wait.
/// </summary>
internal sealed class InvalidRequests(TimeProvider time)
{
    public const int Most = 5000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Queue<DateTimeOffset> _seen = new();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                Drop();
                return _seen.Count;
            }
        }
    }

    public void Add()
    {
        lock (_lock)
        {
            _seen.Enqueue(time.GetUtcNow());
            Drop();
        }
    }

    /// <summary>How long the next request has to wait; null: not at all.</summary>
    public TimeSpan? Wait()
    {
        lock (_lock)
        {
            Drop();
            return _seen.Count < Most ? null : _seen.Peek() + Window - time.GetUtcNow();
        }
    }

    private void Drop()
    {
        var old = time.GetUtcNow() - Window;
        while (_seen.TryPeek(out var first) && first <= old)
        {
            _seen.Dequeue();
        }
    }
}
