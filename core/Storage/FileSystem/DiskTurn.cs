using System.Diagnostics;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// A piece of writing by a thread that gives way: one such piece at a time in this process, and after each the disk rests as long as it took.
/// </summary>
/// <remarks>
/// A flush waits for all that the disk was handed since the last one, so a turn ends with a flush. Measured beside sixty flushes of 4 KiB a second:
/// docs/decisions/0018-beside-a-game.md.
/// </remarks>
internal readonly ref struct DiskTurn
{
    private static readonly Lock Turn = new();

    /// <summary>What ended sooner did not get to the disk.</summary>
    private static readonly TimeSpan Untouched = TimeSpan.FromMilliseconds(0.1);

    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(50);

    private readonly long _since;

    private DiskTurn(long since) => _since = since;

    /// <summary>Waits for the turn, which is over when this is disposed, by the same thread.</summary>
    public static DiskTurn Take()
    {
        Turn.Enter();
        return new(Stopwatch.GetTimestamp());
    }

    /// <summary>Whether it took so long by now that it got to the disk.</summary>
    public bool ReachedTheDisk => Stopwatch.GetElapsedTime(_since) >= Untouched;

    public void Dispose()
    {
        var took = Stopwatch.GetElapsedTime(_since);
        if (took >= Untouched)
            Thread.Sleep(took < ShortestRest ? ShortestRest : took > LongestRest ? LongestRest : took); // The rest itself, others' time.
        Turn.Exit();
    }
}
