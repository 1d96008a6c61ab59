using System.Text;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>The control group a process is in: where it is thawed without the engine, and where the kernel tells how much it has to wait.</summary>
/// <param name="FreezerFile">The file that thaws it: <c>freezer.state</c> (version 1) or <c>cgroup.freeze</c> (version 2); null when there is none.</param>
/// <param name="PressureFiles">Files that tell how long it waited for processor and disk; empty where the kernel does not.</param>
public sealed record ControlGroup(string? FreezerFile, IReadOnlyList<string> PressureFiles)
{
    /// <summary>No group that could be found.</summary>
    public static ControlGroup None { get; } = new(null, []);

    /// <summary>Finds the group of a process.</summary>
    /// <param name="processId">As the host counts.</param>
    /// <param name="hostRoot">Where the host's file system is mounted when this runs in a container, else empty.</param>
    public static ControlGroup Of(int processId, string hostRoot)
    {
        try
        {
            var table = MountTable.Parse(File.ReadAllBytes($"{hostRoot}/proc/{(hostRoot.Length == 0 ? "self" : "1")}/mountinfo"));
            var lines = File.ReadAllLines($"{hostRoot}/proc/{processId}/cgroup").Select(line => line.Split(':', 3)).Where(line => line.Length == 3).ToList();
            var unified = Folder(table, "cgroup2", null, lines.Find(line => line[0] == "0")?[2], hostRoot);
            var freezer = Folder(table, "cgroup", "freezer", lines.Find(line => line[1].Split(',').Contains("freezer", StringComparer.Ordinal))?[2], hostRoot);
            return new(
                Existing(freezer, "freezer.state") ?? Existing(unified, "cgroup.freeze"),
                [.. new[] { Existing(unified, "cpu.pressure"), Existing(unified, "io.pressure") }.OfType<string>()]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    /// <summary>Whether the kernel holds its processes still, or is about to.</summary>
    public bool IsFrozen
    {
        get
        {
            try
            {
                return FreezerFile is not null && File.ReadAllText(FreezerFile).Trim() is "FROZEN" or "FREEZING" or "1";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone with its container.
                return false;
            }
        }
    }

    /// <summary>
    /// Whether every process of it stands still by now. Version 1 finds that out when it is asked, version 2 tells it beside the switch.
    /// </summary>
    public bool IsHeld
    {
        get
        {
            try
            {
                return FreezerFile is not null && (IsFirst(FreezerFile)
                    ? File.ReadAllText(FreezerFile).Trim() == "FROZEN"
                    : File.ReadLines(Path.Combine(Path.GetDirectoryName(FreezerFile)!, "cgroup.events")).Contains("frozen 1", StringComparer.Ordinal));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone with its container.
                return false;
            }
        }
    }

    /// <summary>
    /// Whether the switch is one container's alone, as engines name such groups (<c>…/ID</c>, <c>…/docker-ID.scope</c>), and this process may turn it.
    /// Of a container whose first process moved itself into a group below, or that shares its group, it is not.
    /// </summary>
    /// <param name="container">The container's id, 64 hexadecimal digits.</param>
    public bool IsOwnOf(string container)
    {
        if (FreezerFile is null || Path.GetFileName(Path.GetDirectoryName(FreezerFile))?.Contains(container, StringComparison.Ordinal) != true)
            return false;
        try
        {
            // Opening for writing changes nothing, and fails where the groups are mounted to be read only.
            File.OpenHandle(FreezerFile, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Tells the kernel to let its processes run, past whatever froze them.</summary>
    /// <returns>Whether it took the word.</returns>
    public bool TryThaw() => TryTell("THAWED", "0");

    /// <summary>Tells the kernel to hold its processes.</summary>
    /// <returns>Whether it took the word.</returns>
    public bool TryFreeze() => TryTell("FROZEN", "1");

    private bool TryTell(string first, string second)
    {
        if (FreezerFile is null)
            return false;
        try
        {
            File.WriteAllText(FreezerFile, IsFirst(FreezerFile) ? first : second);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsFirst(string freezer) => freezer.EndsWith("/freezer.state", StringComparison.Ordinal);

    /// <summary>Where the groups of a kind begin, of version 1 those of a controller.</summary>
    internal static Mount? MountOf(MountTable table, string kind, string? controller) => table.Mounts.FirstOrDefault(
        one => one.FileSystem == kind && (controller is null || Encoding.ASCII.GetString(one.SuperOptions.Span).Split(',').Contains(controller, StringComparer.Ordinal)));

    private static string? Folder(MountTable table, string kind, string? controller, string? path, string hostRoot)
    {
        // The top group is the whole machine's: what is done there is done to everybody.
        if (path is null or "/" || path.Contains("..", StringComparison.Ordinal))
            return null;
        var mount = MountOf(table, kind, controller);
        return mount is null ? null : hostRoot + Encoding.UTF8.GetString(mount.MountPoint.Span) + path;
    }

    private static string? Existing(string? folder, string file) => folder is not null && File.Exists($"{folder}/{file}") ? $"{folder}/{file}" : null;
}
