using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Finds each mount of a server once and decides whether it is captured, by the rules of docs/server-json.md.</summary>
internal sealed class MountInspector(HostFiles files)
{
    private static readonly HashSet<string> SystemFiles = new(StringComparer.Ordinal)
    {
        "/etc/localtime", "/etc/timezone", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf", "/etc/machine-id", "/etc/passwd", "/etc/group",
    };

    /// <summary>All mounts of the containers, in the order the containers name them; nothing about them is decided yet.</summary>
    public static IReadOnlyList<InspectedMount> Find(IReadOnlyList<ContainerDetails> containers)
    {
        var mounts = new List<InspectedMount>();
        foreach (var container in containers)
        {
            foreach (var mount in container.Mounts)
            {
                var key = KeyOf(mount.Kind, mount.VolumeName, mount.Source, container.Name + mount.Target);
                var use = new DocumentUse(container.Name, mount.Target, mount.IsReadOnly);
                var known = mounts.FindIndex(one => one.Key == key);
                if (known >= 0)
                    mounts[known] = mounts[known] with { Uses = [.. mounts[known].Uses, use] };
                else
                    mounts.Add(new InspectedMount { Key = key, Kind = mount.Kind, Source = mount.Source, Volume = mount.VolumeName, Uses = [use] });
            }
        }

        return mounts;
    }

    /// <summary>Those of volumes that are mounted only while a container uses them, and are not now. What lay in memory is gone with its last user.</summary>
    public IReadOnlyList<InspectedMount> Hidden(IReadOnlyList<InspectedMount> found, IReadOnlyDictionary<string, VolumeDetails> volumes)
    {
        var hostMounts = files.Mounts();
        return [.. found.Where(mount => mount.Volume is { } name && volumes.TryGetValue(name, out var volume)
            && IsMountedOnlyInUse(volume) && !IsInMemory(volume) && !hostMounts.IsMountPoint(volume.MountPoint))];
    }

    /// <summary>What is captured of the mounts found, and where it lies.</summary>
    /// <param name="found">The mounts.</param>
    /// <param name="volumes">Their volumes by name.</param>
    /// <param name="included">Patterns of places at which a bind that is only read is captured all the same.</param>
    /// <exception cref="RefusedException">A mount that must be captured can't be reached.</exception>
    public IReadOnlyList<InspectedMount> Decide(IReadOnlyList<InspectedMount> found, IReadOnlyDictionary<string, VolumeDetails> volumes, IReadOnlyList<string> included)
    {
        var wanted = new PathPatterns(included);
        var hostMounts = files.Mounts();
        return [.. found.Select(mount => Decide(mount, volumes, wanted, hostMounts))];
    }

    /// <summary>A mount of a snapshot that no container uses now, whose files are there: whoever puts the snapshot back writes over them.</summary>
    /// <param name="mount">As the snapshot has it.</param>
    /// <param name="source">Where its files are on the engine's host: the folder, or the file that is mounted by itself.</param>
    public static InspectedMount Unused(DocumentMount mount, string source)
    {
        var kind = mount.Volume is null ? MountKind.Bind : MountKind.Volume;
        return new() { Key = KeyOf(kind, mount.Volume, source, ""), Kind = kind, Source = source, Volume = mount.Volume, Uses = mount.Uses, IsFile = mount.File is not null };
    }

    private static string KeyOf(MountKind kind, string? volume, string source, string place) =>
        volume is not null ? "volume:" + volume : $"{kind}:{source}:{(source.Length == 0 ? place : "")}";

    private InspectedMount Decide(InspectedMount mount, IReadOnlyDictionary<string, VolumeDetails> volumes, PathPatterns wanted, HostMounts hostMounts)
    {
        if (mount.Kind == MountKind.TemporaryFileSystem)
            return mount with { LeftOut = "tmpfs" };
        if (mount.Kind is not (MountKind.Bind or MountKind.Volume))
            return mount with { LeftOut = "unreachable" };
        if (mount.Kind == MountKind.Bind && mount.Uses.All(use => use.ReadOnly && !wanted.Fit(use.Target)))
            return mount with { LeftOut = "read-only" };
        var volume = mount.Volume is { } name ? volumes.GetValueOrDefault(name) : null;
        if (volume is not null && IsInMemory(volume) && !hostMounts.IsMountPoint(volume.MountPoint))
            return mount with { LeftOut = "tmpfs" };
        if (volume is not null)
            mount = mount with { Source = VolumePath(mount, volume, hostMounts) };
        var path = mount.Source.Length > 1 ? mount.Source.TrimEnd('/') : mount.Source;
        if (path == "/")
            return mount with { LeftOut = "host-root" };
        if (SystemFiles.Contains(path))
            return mount with { LeftOut = "system-file" };
        if (hostMounts.IsPseudo(path))
            return mount with { LeftOut = "pseudo-file-system" };
        return Look(mount with { Source = path });
    }

    /// <summary>What is at the source: a directory, a file of its own, or something that is only recorded.</summary>
    private InspectedMount Look(InspectedMount mount)
    {
        try
        {
            using var folder = files.OpenFolder(mount.Source);
            return mount;
        }
        catch (FileSystemException)
        {
            // Not a directory, or not there: the status tells.
        }

        return files.Status(mount.Source)?.Type switch
        {
            FileType.Regular => mount with { IsFile = true },
            FileType.Socket or FileType.Fifo or FileType.CharacterDevice or FileType.BlockDevice => mount with { LeftOut = "socket" },
            _ => throw Unreachable(mount),
        };
    }

    /// <summary>A volume with options or of another driver is mounted only while a container uses it: an unmounted folder is never read or
    /// written. Where the options bind another directory, that is the data.</summary>
    private static string VolumePath(InspectedMount mount, VolumeDetails volume, HostMounts hostMounts)
    {
        var isPlain = volume.Driver == "local" && volume.Options.Count == 0;
        if (isPlain)
            return volume.MountPoint.Length > 0 ? volume.MountPoint : throw Unreachable(mount);
        if (BoundDevice(volume) is { } device)
            return device;
        return volume.MountPoint.Length > 0 && hostMounts.IsMountPoint(volume.MountPoint) ? volume.MountPoint : throw Unreachable(mount);
    }

    /// <summary>Whether a volume's files are only there while a container uses it.</summary>
    internal static bool IsMountedOnlyInUse(VolumeDetails volume) =>
        (volume.Driver != "local" || volume.Options.Count > 0) && BoundDevice(volume) is null;

    private static bool IsInMemory(VolumeDetails volume) => volume.Driver == "local" && volume.Options.GetValueOrDefault("type") is "tmpfs" or "ramfs";

    /// <summary>The directory a volume's options bind, which is there whether a container uses it or not.</summary>
    internal static string? BoundDevice(VolumeDetails volume)
    {
        if (volume.Driver != "local" || !volume.Options.TryGetValue("device", out var device) || !device.StartsWith('/'))
            return null;
        var options = (volume.Options.GetValueOrDefault("o") ?? "").Split(',');
        return options.Contains("bind", StringComparer.Ordinal) || options.Contains("rbind", StringComparer.Ordinal) ? device : null;
    }

    private static RefusedException Unreachable(InspectedMount mount) =>
        new(new Refusal.MountUnreachable(mount.Uses[0].Container, mount.Uses[0].Target, mount.Volume ?? mount.Source));
}
