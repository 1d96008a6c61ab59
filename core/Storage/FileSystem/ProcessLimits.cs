namespace SnapshotBot.Storage.FileSystem;

/// <summary>What the kernel tells of this process.</summary>
internal static class ProcessLimits
{
    /// <summary>The bits that are cleared from the mode of what this process makes; all of them when the kernel does not tell.</summary>
    public static uint Umask()
    {
        const uint everything = 0x1ff;
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith("Umask:", StringComparison.Ordinal));
            return line is null ? everything : Convert.ToUInt32(line["Umask:".Length..].Trim(), 8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return everything;
        }
    }
}
