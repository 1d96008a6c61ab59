using System.Diagnostics;
using System.Globalization;

namespace SnapshotBot.Writer;

/// <summary>A game's tick: 20 times a second some work, a write and a flush; notes how long each took and when.</summary>
internal static class Tick
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(50);

    /// <summary>Prints one line a tick: when it began (seconds since 1970) and the milliseconds it took.</summary>
    public static void Run(string path, TimeSpan time)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1);
        var bytes = new byte[4096];
        var begin = Stopwatch.GetTimestamp();
        var numbers = new double[4096];
        for (var tick = 0L; Stopwatch.GetElapsedTime(begin) < time; tick++)
        {
            var at = TimeProvider.System.GetUtcNow();
            var since = Stopwatch.GetTimestamp();
            for (var i = 1; i < 200_000; i++)
                numbers[i & 4095] += Math.Sqrt(i);
            RandomAccess.Write(file.SafeFileHandle, bytes, tick % 256 * 4096);
            file.Flush(flushToDisk: true);
            var took = Stopwatch.GetElapsedTime(since);
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{at.ToUnixTimeMilliseconds() / 1000.0:F3} {took.TotalMilliseconds:F3}"));
            if (took < Every)
                Thread.Sleep(Every - took); // What is measured: a tick twenty times a second.
        }
    }
}
