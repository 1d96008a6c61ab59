namespace SnapshotBot.Bot.Interactions;

/// <summary>Lets each thing through at most once in a while. Forgets what is due again, so it holds no more than one pause brings.</summary>
internal sealed class Seldom<T>(TimeSpan pause, TimeProvider time)
    where T : notnull
{
    // Whoever brings this many different things within one pause has all of them let through: no list grows without an end.
    private const int Most = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<T, DateTimeOffset> _last = [];

    public bool IsDue(T thing)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_last.TryGetValue(thing, out var last) && now - last < pause)
            {
                return false;
            }

            if (_last.Count >= Most)
            {
                foreach (var (old, _) in _last.Where(pair => now - pair.Value >= pause).ToList())
                {
                    _last.Remove(old);
                }
            }

            if (_last.Count < Most)
            {
                _last[thing] = now;
            }

            return true;
        }
    }
}
