using System.Diagnostics;
using System.Globalization;

namespace SnapshotBot.Writer;

/// <summary>A game's tick: due 20 times a second, some work, a write and a flush; notes how late each began and how long it took.</summary>
internal static class Tick
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Prints one line a tick: when it was due (seconds since 1970), how many milliseconds later it began, and how many it took. Who is late by
    /// more than a tick leaves out those it missed, as games do.
    /// </summary>
    public static void Run(string path, TimeSpan time)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1);
        var bytes = new byte[4096];
        var numbers = new double[4096];
        var begin = Stopwatch.GetTimestamp();
        var began = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var due = TimeSpan.Zero;
        for (var tick = 0L; due < time; tick++)
        {
            var wait = due - Stopwatch.GetElapsedTime(begin);
            if (wait > TimeSpan.Zero)
                Thread.Sleep(wait); // What is measured: a tick twenty times a second.
            var late = Stopwatch.GetElapsedTime(begin) - due;
            for (var i = 1; i < 200_000; i++)
                numbers[i & 4095] += Math.Sqrt(i);
            RandomAccess.Write(file.SafeFileHandle, bytes, tick % 256 * 4096);
            file.Flush(flushToDisk: true);
            var done = Stopwatch.GetElapsedTime(begin);
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{began + due.TotalSeconds:F3} {late.TotalMilliseconds:F3} {(done - due - late).TotalMilliseconds:F3}"));
            due += Every;
            if (done > due + Every)
                due = done;
        }
    }
}
