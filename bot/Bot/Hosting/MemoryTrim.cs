using System.Globalization;
using System.Runtime.InteropServices;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>
/// Gives the kernel back what a serving process holds and does not use: memory that native code freed, garbage that piles up in the oldest
/// generation, and pages of program code that only the start ran, or an operation of hours ago. Code that is used again is mapped again from the
/// page cache, page by page.
/// </summary>
internal sealed partial class MemoryTrim(OperationReads operations) : IPeriodicWork
{
    /// <summary>MADV_DONTNEED of madvise(2).</summary>
    private const int DoNotNeed = 4;

    /// <summary>What the managed heap may grow by before all of it is collected. The collector by itself lets it double first.</summary>
    private const long MostGrown = 4L << 20;

    private long _held;

    public string Name => "memory";

    public TimeSpan Every => TimeSpan.FromSeconds(5);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        Collect();
        if (OperatingSystem.IsLinux())
        {
            try
            {
                foreach (var (start, length) in Code())
                {
                    _ = Advise(start, length, DoNotNeed);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A process that may not be looked into, not even by itself, keeps its code.
            }

            Trim();
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Code mapped from the program's own folder. It is never unmapped while the process lives, and never written: what the kernel forgets of it is
    /// in the file. A mapping with pages of its own (a debugger's breakpoints) is left out.
    /// </summary>
    private static List<(nint Start, nuint Length)> Code()
    {
        var found = new List<(nint, nuint)>();
        (nint Start, nuint Length)? code = null;
        using var maps = new StreamReader("/proc/self/smaps");
        while (maps.ReadLine() is { } line)
        {
            // 7fd4b2070000-7fd4b7c6a000 r-xp 00000000 fe:00 5368797                    /opt/snapshotbot/snapshotbot.r2r.dll
            if (line.Contains(" r-xp ", StringComparison.Ordinal) && line.Contains(AppContext.BaseDirectory, StringComparison.Ordinal))
            {
                var dash = line.IndexOf('-', StringComparison.Ordinal);
                var start = nuint.Parse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                var end = nuint.Parse(line.AsSpan(dash + 1, line.IndexOf(' ', StringComparison.Ordinal) - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                code = ((nint)start, end - start);
            }
            else if (code is { } one && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    found.Add(one);
                }

                code = null;
            }
        }

        return found;
    }

    /// <summary>Holds everybody up while it runs, so not while something is done to a server: a frozen one would stand still that much longer.</summary>
    private void Collect()
    {
        if (GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes < _held + MostGrown || operations.List(OperationFilter.Unfinished, 1).Count > 0)
        {
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        _held = GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes;
    }

    private static void Trim()
    {
        try
        {
            _ = TrimHeap(0);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without it, as Alpine's: it gives memory back by itself.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
