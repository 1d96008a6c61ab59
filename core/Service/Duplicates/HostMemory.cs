using System.Globalization;
using System.Text;

namespace SnapshotBot.Service.Duplicates;

/// <summary>The host's memory, which is the same seen from a container.</summary>
internal static class HostMemory
{
    private const string Available = "MemAvailable:";

    /// <summary>Bytes that programs could still take; null when the kernel does not say.</summary>
    public static async Task<long?> AvailableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream("/proc/meminfo", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellationToken);
            return Parse(Encoding.ASCII.GetString(content.ToArray()));
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static long? Parse(string text)
    {
        var line = text.Split('\n').FirstOrDefault(one => one.StartsWith(Available, StringComparison.Ordinal));
        var number = line?[Available.Length..].Trim().Split(' ')[0];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : null;
    }
}
