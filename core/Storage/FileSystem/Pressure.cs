using System.Globalization;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>Reads the kernel's pressure files: how long tasks had to wait for processor or disk.</summary>
internal static class Pressure
{
    /// <summary>Microseconds in which at least one task waited, since the group was made; 0 where the kernel does not tell.</summary>
    public static long StalledMicroseconds(string path)
    {
        try
        {
            // some avg10=0.00 avg60=0.00 avg300=0.00 total=12345
            var line = File.ReadLines(path).FirstOrDefault(text => text.StartsWith("some ", StringComparison.Ordinal));
            var at = line?.IndexOf("total=", StringComparison.Ordinal) ?? -1;
            return at >= 0 && long.TryParse(line.AsSpan(at + "total=".Length), CultureInfo.InvariantCulture, out var total) ? total : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
