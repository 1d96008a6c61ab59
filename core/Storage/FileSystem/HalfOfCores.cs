using System.Numerics;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>
/// Keeps all threads of this process on half of the cores that it may use, the earlier ones: so that a game that wakes up finds others free, and so that
/// a virtual machine does not have all of its cores at work for this process's sake, for then it waits for its host.
/// </summary>
internal sealed unsafe class HalfOfCores : IDisposable
{
    /// <summary>1,024 cores; a kernel that knows more refuses, and all are used.</summary>
    private const int Words = 16;

    private readonly Lock _gate = new();
    private readonly ulong[] _all;
    private readonly ulong[] _half;
    private int _widened;

    private HalfOfCores(ulong[] all)
    {
        (_all, _half) = (all, EarlierHalf(all));
        Keep(_half);
    }

    /// <summary>Those that are there and those that they begin, until it is disposed.</summary>
    /// <returns>Null where there is but one core, or the kernel does not say which cores or which threads there are.</returns>
    public static HalfOfCores? TryTake()
    {
        try
        {
            return OfThisThread() is { } all && Count(all) > 1 ? new(all) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All of its cores until what this returns is disposed.</summary>
    public IDisposable Widen()
    {
        lock (_gate)
        {
            if (_widened++ == 0)
                Keep(_all);
        }

        return new Widened(this);
    }

    public void Dispose() => Keep(_all);

    /// <summary>The cores the calling thread may use, a bit for each.</summary>
    internal static ulong[]? OfThisThread()
    {
        var mask = new ulong[Words];
        fixed (ulong* first = mask)
        {
            return LibC.GetAffinity(0, Words * sizeof(ulong), first) == 0 ? mask : null;
        }
    }

    internal static int Count(ulong[] cores) => cores.Sum(word => BitOperations.PopCount(word));

    /// <summary>Of an odd number the smaller half.</summary>
    internal static ulong[] EarlierHalf(ulong[] all)
    {
        var half = new ulong[all.Length];
        var wanted = Count(all) / 2;
        for (var core = 0; wanted > 0; core++)
        {
            var bit = all[core / 64] & (1UL << (core % 64));
            half[core / 64] |= bit;
            wanted -= BitOperations.PopCount(bit);
        }

        return half;
    }

    private static void Keep(ulong[] cores)
    {
        fixed (ulong* first = cores)
        {
            // One that has ended meanwhile, or whose cores the kernel won't change, goes on as it is.
            foreach (var thread in SchedulerTimes.ThreadIds())
                _ = LibC.SetAffinity(thread, Words * sizeof(ulong), first);
        }
    }

    private sealed class Widened(HalfOfCores cores) : IDisposable
    {
        public void Dispose()
        {
            lock (cores._gate)
            {
                if (--cores._widened == 0)
                    Keep(cores._half);
            }
        }
    }
}
