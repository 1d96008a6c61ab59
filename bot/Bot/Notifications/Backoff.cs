namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// How long each thing that came to nothing is left alone: longer every time. Tried until it works, and seldom enough that refused requests do not
/// add up to a ban. From any thread.
/// </summary>
internal sealed class Backoff<T>(TimeSpan first, TimeSpan most, TimeProvider time)
    where T : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<T, (DateTimeOffset Until, TimeSpan Pause)> _failed = [];

    public bool IsDue(T thing)
    {
        lock (_lock)
        {
            return !_failed.TryGetValue(thing, out var failed) || time.GetUtcNow() >= failed.Until;
        }
    }

    public void Failed(T thing)
    {
        lock (_lock)
        {
            var pause = _failed.TryGetValue(thing, out var failed) ? failed.Pause * 2 : first;
            pause = pause < most ? pause : most;
            _failed[thing] = (time.GetUtcNow() + pause, pause);
        }
    }

    /// <summary>It worked, or nobody wants it any more.</summary>
    public void Forget(T thing)
    {
        lock (_lock)
        {
            _ = _failed.Remove(thing);
        }
    }
}
