using System.Text;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>The engine's host file system, reached directly or below where it is mounted when this program runs in a container.</summary>
internal sealed class HostFiles(ServiceOptions options)
{
    /// <summary>Opens a directory of the host. Links in the path, which the admin chose, are followed once; below it none is.</summary>
    public DirectoryHandle OpenFolder(string path)
    {
        if (options.HostRoot.Length == 0)
            return DirectoryHandle.OpenRoot(path);
        using var root = DirectoryHandle.OpenRoot(options.HostRoot);
        return DirectoryHandle.OpenRootWithin(root, Encoding.UTF8.GetBytes(path));
    }

    /// <inheritdoc cref="OpenFolder(string)"/>
    public DirectoryHandle OpenFolder(byte[] path) => OpenFolder(Encoding.UTF8.GetString(path));

    /// <summary>Makes a folder of the host and those above it that are missing.</summary>
    public void MakeFolders(string path)
    {
        path = path.TrimEnd('/');
        if (path.Length <= 1 || Status(path) is not null)
            return;
        MakeFolders(Parent(path));
        using var parent = OpenFolder(Parent(path));
        parent.CreateDirectory(Name(path), 0x1ED);
        parent.Sync();
    }

    /// <summary>What is at a path of the host, its last part not followed when it is a link; null when nothing is.</summary>
    public FileStatus? Status(string path)
    {
        var trimmed = path.TrimEnd('/');
        if (trimmed.Length == 0)
        {
            using var root = OpenFolder("/");
            return root.Status();
        }

        try
        {
            using var folder = OpenFolder(Parent(trimmed));
            return folder.TryStat(Name(trimmed), out var status) ? status : null;
        }
        catch (FileSystemException error) when (error.IsChangedUnderneath)
        {
            return null;
        }
    }

    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "/";

    public static byte[] Name(string path) => Encoding.UTF8.GetBytes(path[(path.LastIndexOf('/') + 1)..]);

    /// <summary>The mounts of the host, with mount points as the host names them.</summary>
    public HostMounts Mounts() => new(MountTable.Read(), this, options.HostRoot.TrimEnd('/'));

    /// <summary>The device of the file system a path of the host leads to, links followed; null when nothing is there.</summary>
    public ulong? Device(string path)
    {
        try
        {
            using var folder = OpenFolder(path);
            return folder.Status().Device;
        }
        catch (FileSystemException)
        {
            // Not a directory, then: what is there itself.
            return Status(path)?.Device;
        }
    }
}

/// <summary>The host's mounts at one moment.</summary>
internal sealed class HostMounts(MountTable table, HostFiles files, string hostRoot)
{
    private static readonly HashSet<string> PseudoFileSystems = new(StringComparer.Ordinal)
    {
        "proc", "sysfs", "cgroup", "cgroup2", "devtmpfs", "devpts", "mqueue", "debugfs", "tracefs", "securityfs", "bpf", "pstore", "configfs",
        "fusectl", "hugetlbfs", "efivarfs", "nsfs", "binfmt_misc", "rpc_pipefs", "autofs",
    };

    /// <summary>File systems whose times prove nothing about a file's content.</summary>
    private static readonly HashSet<string> TimelessFileSystems = new(StringComparer.Ordinal) { "tmpfs", "ramfs", "cifs", "smb3", "9p", "virtiofs", "nfs", "nfs4" };

    public bool IsPseudo(string path) => On(path) is { } mount && PseudoFileSystems.Contains(mount.FileSystem);

    public bool IsTimeless(string path) =>
        On(path) is { } mount && (TimelessFileSystems.Contains(mount.FileSystem) || mount.FileSystem.StartsWith("fuse", StringComparison.Ordinal));

    /// <summary>Whether something is mounted on exactly this path.</summary>
    public bool IsMountPoint(string path)
    {
        var wanted = Bytes(path);
        return table.Mounts.Any(mount => mount.MountPoint.Span.SequenceEqual(wanted));
    }

    /// <summary>Whether an overlay is mounted now whose changes go to this directory.</summary>
    public bool IsOverlayUpper(string path)
    {
        // The engine mounted it, under the name it has on the host.
        var wanted = Encoding.UTF8.GetBytes(path);
        return table.Mounts.Any(mount => mount.FileSystem == "overlay" && mount.SuperOption("upperdir").AsSpan().SequenceEqual(wanted));
    }

    /// <summary>Asked of what is there, not of the path: that may lead through links to another file system.</summary>
    private Mount? On(string path) => files.Device(path) is { } device ? table.Mounts.FirstOrDefault(mount => mount.Device == device) : null;

    private byte[] Bytes(string path) => Encoding.UTF8.GetBytes(hostRoot + path);
}
