using System.Globalization;
using System.Text;
using SnapshotBot.Engine;

namespace SnapshotBot.Service.Duplicates;

/// <summary>The host's memory, which is the same seen from a container, and what duplicates take of it.</summary>
internal static class HostMemory
{
    private const string Available = "MemAvailable:";

    /// <summary>Why these containers of a duplicate can't be started beside all that runs; null when they can, or nobody knows.</summary>
    public static async Task<Refusal?> RefuseAsync(IEnumerable<ContainerDetails> starting, CancellationToken cancellationToken)
    {
        var needed = starting.Sum(NeededBy);
        return needed > 0 && await AvailableAsync(cancellationToken) is { } free && free < needed ? new Refusal.NoMemory(needed, free) : null;
    }

    /// <summary>What one may take: its limit, and never less than its original used when the snapshot was made.</summary>
    internal static long NeededBy(ContainerDetails container) => Math.Max(
        container.Limits.MemoryBytes,
        long.TryParse(container.Labels.GetValueOrDefault(DuplicateLabels.Memory), NumberStyles.None, CultureInfo.InvariantCulture, out var used) ? used : 0);

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
