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
    /// <summary>MADV_DONTNEED of madvise(2): pages are unmapped, and what was written in them is lost.</summary>
    private const int DoNotNeed = 4;

    /// <summary>MADV_PAGEOUT: pages that are as in their file leave memory and its cache; those that were written stay, or go to swap where there is one.</summary>
    private const int PageOut = 21;

    /// <summary>What the managed heap may grow by before all of it is collected. The collector by itself lets it double first.</summary>
    private const long MostGrown = 4L << 20;

    /// <summary>Giving back is cheap and done each time; looking at what there is to give back takes milliseconds and is done every so many times.</summary>
    private const int LooksEvery = 5;

    /// <summary>
    /// While the process starts, which maps one thing after the other, it looks each time, and lets go of the data of its images too: those pages are
    /// read from the disk when they are used again, so not later, when a first press after a quiet night would wait for it.
    /// </summary>
    private const int LooksOfTheStart = 80;

    private HashSet<Image> _seen = [];
    private List<Image> _kept = [];
    private long _held;
    private int _times;

    public string Name => "memory";

    public TimeSpan Every => TimeSpan.FromSeconds(_times < LooksOfTheStart ? 0.25 : 1);

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
                _ = Advise((nint)image.Start, image.Length, image.Part == Part.Data ? PageOut : DoNotNeed);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// Notes what may be given back of the images in the program's own folder: code at once; what an assembly says of itself once it was
    /// there at two looks, for the runtime also maps an assembly for a moment only, and other memory could lie there afterwards; data while it starts.
    /// </summary>
    private void Look()
    {
        try
        {
            var images = Images();
            _kept = images.Where(image => image.Part switch { Part.Code => true, Part.Data => _times < LooksOfTheStart, _ => _seen.Contains(image) }).ToList();
            _seen = [.. images];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A process that may not be looked into, not even by itself, keeps its code.
        }
    }

    /// <summary>
    /// What is mapped from the program's own folder. Of code and what an assembly says of itself everything is in the file, and a mapping with pages
    /// of its own (a debugger's breakpoints) is left out.
    /// </summary>
    private static List<Image> Images()
    {
        var found = new List<Image>();
        Image? image = null;
        using var maps = new StreamReader("/proc/self/smaps");
        while (maps.ReadLine() is { } line)
        {
            // 7fd4b2070000-7fd4b7c6a000 r-xp 00000000 fe:00 5368797                    /opt/snapshotbot/snapshotbot.r2r.dll
            if (PartOf(line) is { } part && line.Contains(AppContext.BaseDirectory, StringComparison.Ordinal))
            {
                var dash = line.IndexOf('-', StringComparison.Ordinal);
                var start = nuint.Parse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                var end = nuint.Parse(line.AsSpan(dash + 1, line.IndexOf(' ', StringComparison.Ordinal) - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                image = new(start, end - start, part);
            }
            else if (image is { } one && line.StartsWith("Anonymous:", StringComparison.Ordinal))
            {
                if (one.Part == Part.Data || line.EndsWith(" 0 kB", StringComparison.Ordinal))
                {
                    found.Add(one);
                }

                image = null;
            }
        }

        return found;
    }

    private static Part? PartOf(string line) =>
        line.Contains(" r-xp ", StringComparison.Ordinal) ? Part.Code
        : line.Contains(" r--s ", StringComparison.Ordinal) ? Part.Description
        : line.Contains(" rw-p ", StringComparison.Ordinal) ? Part.Data
        : null;

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

    /// <summary>What a mapping of a file of ours holds.</summary>
    private enum Part
    {
        Code,
        Description,
        Data,
    }

    private readonly record struct Image(nuint Start, nuint Length, Part Part);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nuint keep);
}
