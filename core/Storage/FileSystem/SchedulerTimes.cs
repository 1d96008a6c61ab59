using System.Globalization;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>What this process's threads had of the cores, as the kernel counts it (its sched-stats.rst).</summary>
internal static class SchedulerTimes
{
    private const string Threads = "/proc/self/task";

    /// <summary>Whether this kernel counts.</summary>
    public static bool AreCounted => File.Exists("/proc/self/schedstat");

    /// <summary>The kernel's ids of all threads of this process.</summary>
    public static IEnumerable<int> ThreadIds() =>
        Directory.EnumerateDirectories(Threads).Select(folder => int.Parse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture));

    /// <summary>How long a thread ran, and how long it waited for a core, since it began; null where it has ended or the kernel does not count.</summary>
    public static (TimeSpan Ran, TimeSpan Waited)? Of(int threadId)
    {
        try
        {
            var words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"{Threads}/{threadId}/schedstat")).Split(' ');
            return (Nanoseconds(words[0]), Nanoseconds(words[1]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static TimeSpan Nanoseconds(string number) => TimeSpan.FromTicks(long.Parse(number, CultureInfo.InvariantCulture) / TimeSpan.NanosecondsPerTick);
}
