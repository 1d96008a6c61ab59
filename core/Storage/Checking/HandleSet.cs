using System.Numerics;

namespace SnapshotBot.Storage.Checking;

/// <summary>A set of index entries: one bit for each, so that ten million take little more than a megabyte. Safe for several threads.</summary>
internal sealed class HandleSet(int limit)
{
    private readonly ulong[] _words = new ulong[((long)limit + 63) / 64];

    public long Count => _words.Sum(word => (long)BitOperations.PopCount(word));

    public bool Contains(int handle) => (Volatile.Read(ref _words[handle >> 6]) & (1UL << (handle & 63))) != 0;

    /// <summary>Adds an entry; false when it was in already, for all but one of those who add it at once.</summary>
    public bool Add(int handle)
    {
        var bit = 1UL << (handle & 63);
        return (Interlocked.Or(ref _words[handle >> 6], bit) & bit) == 0;
    }
}
