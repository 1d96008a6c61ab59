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

    /// <summary>Giving back is cheap and done each time; looking at what there is to give back takes milliseconds and is done every so many times.</summary>
    private const int LooksEvery = 5;

    /// <summary>While the process starts, which maps one thing after the other, it looks each time.</summary>
    private const int LooksOfTheStart = 20;

    private HashSet<Image> _seen = [];
    private List<Image> _kept = [];
    private long _held;
    private int _times;

    public string Name => "memory";

    public TimeSpan Every => TimeSpan.FromSeconds(1);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        Collect();
        if (OperatingSystem.IsLinux())
        {
            if (_times < LooksOfTheStart || _times % LooksEvery == 0)
            {
                Look();
                Trim();
            }

            _times++;

            foreach (var image in _kept)
            {
                _ = Advise((nint)image.Start, image.Length, DoNotNeed);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Notes which images of the program's own folder may be given back: code at once; what an assembly says of itself (<c>r--s</c>) once it was
    /// there at two looks, for the runtime also maps an assembly for a moment only, and other memory could lie there afterwards.
    /// </summary>
    private void Look()
    {
        try
        {
            var images = Images();
            _kept = images.Where(image => image.IsCode || _seen.Contains(image)).ToList();
            _seen = [.. images];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A process that may not be looked into, not even by itself, keeps its code.
        }
    }

    /// <summary>
    /// What is mapped from the program's own folder and never written: what the kernel forgets of it is in the file. A mapping with pages of its
    /// own (a debugger's breakpoints) is left out.
    /// </summary>
    private static List<Image> Images()
    {
        var found = new List<Image>();
        Image? image = null;
        using var maps = new StreamReader("/proc/self/smaps");
        while (maps.ReadLine() is { } line)
        {
            // 7fd4b2070000-7fd4b7c6a000 r-xp 00000000 fe:00 5368797                    /opt/snapshotbot/snapshotbot.r2r.dll
            var isCode = line.Contains(" r-xp ", StringComparison.Ordinal);
            if ((isCode || line.Contains(" r--s ", StringComparison.Ordinal)) && line.Contains(AppContext.BaseDirectory, StringComparison.Ordinal))
            {
                var dash = line.IndexOf('-', StringComparison.Ordinal);
                var start = nuint.Parse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                var end = nuint.Parse(line.AsSpan(dash + 1, line.IndexOf(' ', StringComparison.Ordinal) - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                image = new(start, end - start, isCode);
            }
            else if (image is { } one && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    found.Add(one);
                }

                image = null;
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

    private readonly record struct Image(nuint Start, nuint Length, bool IsCode);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
