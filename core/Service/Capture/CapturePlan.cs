using System.Text;
using SnapshotBot.Service.Games;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>What one pass reads, with the open roots, and what of <c>server.json</c> is known before it. Owns the handles.</summary>
internal sealed class CapturePlan : IDisposable
{
    private readonly List<DirectoryHandle> _handles = [];
    private readonly List<ArchiveItem> _items = [];
    private readonly List<(byte[] Folder, byte[] Below)> _excluded = [];
    private LeftOutPaths? _leftOut;

    private CapturePlan()
    {
    }

    public IReadOnlyList<ArchiveItem> Items => _items;

    public required IReadOnlyList<DocumentMount> Mounts { get; init; }

    /// <summary>Opens every root that is to be read.</summary>
    /// <param name="server">The server as inspected.</param>
    /// <param name="parent">The snapshot before, so that mounts keep their folders and unchanged files are found again.</param>
    /// <param name="game">The game, which knows paths nobody needs.</param>
    /// <param name="files">The host's files.</param>
    /// <param name="ours">Paths on the host that are ours and are left out when they lie in a mount.</param>
    public static CapturePlan Open(InspectedServer server, ServerDocument? parent, Game game, HostFiles files, IReadOnlyList<string> ours)
    {
        var folders = Folders(server, parent);
        var hostMounts = files.Mounts();
        var mounts = server.Mounts.Select(mount => Document(mount, folders.GetValueOrDefault(mount.Key))).ToList();
        var plan = new CapturePlan
        {
            Mounts = mounts,
            _leftOut = LeftOutPaths.Of(game, server.Server.Ignored, server.Containers.Select(one => one.Name), mounts),
        };
        try
        {
            foreach (var mount in server.Mounts.Where(mount => mount.LeftOut is null))
                plan.Add(mount, folders[mount.Key], hostMounts.IsTimeless(mount.Source) ? FileTimes.ProveNothing : FileTimes.Tell, files, ours);
            foreach (var container in server.Containers.Where(one => one.Layer.Upper is not null))
            {
                plan._items.Add(new ArchiveItem.Folder(
                    Encoding.UTF8.GetBytes(SnapshotLayout.LayerFolder(container.Name)), plan.Keep(files.OpenFolder(container.Layer.Upper!))));
            }
        }
        catch
        {
            plan.Dispose();
            throw;
        }

        return plan;
    }

    /// <summary>Whether an entry is ours or a leftover of ours: a staging folder of a restore, the local repository, the data folder.</summary>
    public bool IsExcluded(PathBytes path, FileType type)
    {
        var bytes = path.Bytes.Span;
        var name = bytes[(bytes.LastIndexOf((byte)'/') + 1)..];
        if (OwnNames.IsOne(name))
            return true;
        if (_leftOut is { } leftOut && leftOut.Contains(bytes))
            return true;
        foreach (var (folder, below) in _excluded)
        {
            if (type == FileType.Directory && bytes.StartsWith(folder) && bytes.Length == folder.Length + 1 + below.Length && bytes.EndsWith(below))
                return true;
        }

        return false;
    }

    /// <summary>Flushes every file system that is read, so that what is young afterwards was written afterwards.</summary>
    public void Sync()
    {
        foreach (var handle in _handles.DistinctBy(handle => handle.Status().Device))
            handle.SyncFileSystem();
    }

    public void Dispose()
    {
        foreach (var handle in _handles)
            handle.Dispose();
    }

    private void Add(InspectedMount mount, string folder, FileTimes times, HostFiles files, IReadOnlyList<string> ours)
    {
        var target = Encoding.UTF8.GetBytes(folder);
        if (mount.IsFile)
        {
            var name = HostFiles.Name(mount.Source);
            _items.Add(new ArchiveItem.Entry([.. target, (byte)'/', .. name], Keep(files.OpenFolder(HostFiles.Parent(mount.Source))), name) { Times = times });
            return;
        }

        _items.Add(new ArchiveItem.Folder(target, Keep(files.OpenFolder(mount.Source))) { Times = times });
        foreach (var path in ours.Where(path => path != mount.Source && Snapshots.GamePath.IsAtOrBelow(path, mount.Source)))
            _excluded.Add((target, Encoding.UTF8.GetBytes(Snapshots.GamePath.Below(path, mount.Source))));
    }

    private DirectoryHandle Keep(DirectoryHandle handle)
    {
        _handles.Add(handle);
        return handle;
    }

    /// <summary>Numbers mounts; one the parent had keeps its folder, whatever was added or removed since.</summary>
    private static Dictionary<string, string> Folders(InspectedServer server, ServerDocument? parent)
    {
        var before = (parent?.Mounts ?? []).Where(mount => mount.Folder is not null)
            .GroupBy(Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First().Folder!, StringComparer.Ordinal);
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in server.Mounts.Where(mount => mount.LeftOut is null))
        {
            if (before.TryGetValue(Key(mount), out var folder) && taken.Add(folder))
                folders[mount.Key] = folder;
        }

        var number = 0;
        foreach (var mount in server.Mounts.Where(mount => mount.LeftOut is null && !folders.ContainsKey(mount.Key)))
        {
            string folder;
            do
            {
                folder = SnapshotLayout.MountFolder(++number, mount.Uses[0].Target);
            }
            while (taken.Concat(before.Values).Any(other => Number(other) == Number(folder)));
            taken.Add(folder);
            folders[mount.Key] = folder;
        }

        return folders;
    }

    private static string Number(string folder) => folder[..folder.IndexOf('-', StringComparison.Ordinal)];

    private static string Key(DocumentMount mount) => mount.Volume is { } volume ? "volume:" + volume : "path:" + mount.Source;

    private static string Key(InspectedMount mount) => mount.Volume is { } volume ? "volume:" + volume : "path:" + mount.Source;

    private static DocumentMount Document(InspectedMount mount, string? folder) => new()
    {
        Folder = folder,
        File = mount.IsFile ? Encoding.UTF8.GetString(HostFiles.Name(mount.Source)) : null,
        Kind = mount.KindText,
        Source = mount.Source,
        Volume = mount.Volume,
        Uses = mount.Uses,
        LeftOut = mount.LeftOut,
    };
}
