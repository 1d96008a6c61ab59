namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// When an old message may be edited again. Of one that is older than an hour Discord takes only so many edits in an hour (error 30046; it does not say
/// how many), and each one more is a refused request: so the first few within an hour come as they are wanted, the next ones twice as far apart, and so
/// on. From any thread.
/// </summary>
internal sealed class EditPace(TimeProvider time)
{
    // Some before an hour is over, so that no clock has to be right. When something changes all the time these are twenty in an hour.
    private static readonly TimeSpan OldAge = TimeSpan.FromMinutes(55);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private const int AtEachPace = 6;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Queue<long>> _edits = [];

    public bool IsDue(ulong channel)
    {
        lock (_lock)
        {
            if (!_edits.TryGetValue(channel, out var edits))
            {
                return true;
            }

            while (edits.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
            {
                _ = edits.Dequeue();
            }

            return edits.Count == 0 || time.GetElapsedTime(edits.Last()) >= First * Math.Pow(2, edits.Count / AtEachPace);
        }
    }

    /// <summary>The message there, which was posted then, was edited or was tried to be.</summary>
    public void Edited(ulong channel, DateTimeOffset posted)
    {
        if (time.GetUtcNow() - posted < OldAge)
        {
            return;
        }

        lock (_lock)
        {
            if (!_edits.TryGetValue(channel, out var edits))
            {
                _edits[channel] = edits = new Queue<long>();
            }

            edits.Enqueue(time.GetTimestamp());
        }
    }

    /// <summary>Another message stands there now, or none.</summary>
    public void Forget(ulong channel)
    {
        lock (_lock)
        {
            _ = _edits.Remove(channel);
        }
    }
}
