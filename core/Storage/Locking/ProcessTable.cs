using System.Diagnostics;
using System.Globalization;
using System.Text;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Locking;

/// <summary>The machine's own list of processes.</summary>
internal sealed class ProcessTable : IProcessTable
{
    private const int TicksPerSecond = 100; // USER_HZ, the unit of /proc on every architecture .NET runs on

    /// <summary>Clocks are set while machines start: only a clear difference counts.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    public bool MayBeAlive(int processId, DateTimeOffset wroteAt)
    {
        if (processId <= 0 || !Exists(processId))
        {
            return false;
        }

        // A number is given out again sooner or later, in a container after each start: one who began later did not write this.
        return ReadState(processId) switch
        {
            ("Z" or "X", _) => false,
            (_, { } started) => started <= wroteAt + Margin,
            _ => true,
        };
    }

    private static bool Exists(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>State and start from /proc/PID/stat, or nulls where /proc does not say.</summary>
    private static (string? State, DateTimeOffset? Started) ReadState(int processId)
    {
        // The name, in brackets, may hold anything; what follows the last bracket is plain.
        var text = Read(processId.ToString(CultureInfo.InvariantCulture), "stat");
        var fields = text?[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var booted = Read("", "stat")?.Split('\n').FirstOrDefault(line => line.StartsWith("btime ", StringComparison.Ordinal));
        return fields is { Length: > 19 }
            && booted is not null
            && long.TryParse(fields[19], CultureInfo.InvariantCulture, out var ticks)
            && long.TryParse(booted.AsSpan(6), CultureInfo.InvariantCulture, out var boot)
            ? (fields[0], DateTimeOffset.FromUnixTimeSeconds(boot + (ticks / TicksPerSecond)))
            : (fields is { Length: > 0 } ? fields[0] : null, null);
    }

    private static string? Read(string folder, string name)
    {
        try
        {
            using var directory = DirectoryHandle.OpenRoot("/proc/" + folder);
            using var file = directory.OpenFile(Encoding.UTF8.GetBytes(name), out _);
            var buffer = new byte[64 << 10];
            return Encoding.UTF8.GetString(buffer, 0, file.ReadAt(0, buffer));
        }
        catch (FileSystemException)
        {
            return null;
        }
    }
}
