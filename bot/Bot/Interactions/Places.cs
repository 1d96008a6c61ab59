using System.Collections.Concurrent;

namespace SnapshotBot.Bot.Interactions;

/// <summary>How much one person may have under way: reads of a large or slow repository take their time, and nobody's must fill the bot.</summary>
internal sealed class Places
{
    public const int Most = 8;

    private readonly ConcurrentDictionary<ulong, int> _taken = new();

    /// <summary>A place until it is disposed, once or more often, or null when all of this person's are taken.</summary>
    public IDisposable? Take(ulong person)
    {
        while (true)
        {
            var taken = _taken.GetOrAdd(person, 0);
            if (taken >= Most)
            {
                return null;
            }

            if (_taken.TryUpdate(person, taken + 1, taken))
            {
                return new Place(this, person);
            }
        }
    }

    private void GiveBack(ulong person)
    {
        while (_taken.TryGetValue(person, out var taken))
        {
            // The last one takes the entry with it, so that nobody who was here once is kept for ever.
            if (taken == 1 ? _taken.TryRemove(new KeyValuePair<ulong, int>(person, 1)) : _taken.TryUpdate(person, taken - 1, taken))
            {
                return;
            }
        }
    }

    private sealed class Place(Places places, ulong person) : IDisposable
    {
        private int _isGivenBack;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            {
                places.GiveBack(person);
            }
        }
    }
}
