using System.Text;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Backends;

/// <summary>The folders of a local repository: opening, making and cleaning them.</summary>
/// <remarks>
/// Folders are opened anew for each use, by path: links and mounts between the repository's folders are an admin's choice and are followed,
/// and a repository that was moved away and made again is met as it is now.
/// </remarks>
internal sealed class LocalFolders(string root)
{
    private const uint OwnerOnly = 0x1C0; // 0700: names and sizes tell things too
    private const uint WithGroup = 0x1F8; // 0770
    private const uint FileOfOwner = 0x100; // 0400
    private const uint FileWithGroup = 0x120; // 0440
    private const uint GroupReads = 0x20; // 0040

    /// <summary>What restic allows for lists that lag behind, as those of network shares do.</summary>
    private static readonly TimeSpan ShareDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>File systems of this machine alone, whose lists are true at once (numbers from linux/magic.h): ext, XFS, btrfs, tmpfs, ZFS, F2FS, overlay.</summary>
    private static readonly long[] OwnDisks = [0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x2FC12FC1, 0xF2F52010, 0x794C7630];

    /// <summary>How long another program's new file may stay out of our lists.</summary>
    public TimeSpan ListingDelay()
    {
        using var folder = TryOpen(LocalLayout.FolderOf(FileKind.Lock));
        return folder is not null && OwnDisks.Contains(folder.FileSystemMagic()) ? TimeSpan.Zero : ShareDelay;
    }

    /// <summary>Opens the folder a file belongs to.</summary>
    public DirectoryHandle Open(string folder) => DirectoryHandle.OpenRoot(PathOf(folder));

    /// <summary>Opens the folder a file belongs to; null when there is none.</summary>
    public DirectoryHandle? TryOpen(string folder)
    {
        try
        {
            return Open(folder);
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.NotFound)
        {
            return null;
        }
    }

    /// <summary>Opens a folder to write into, made when it is one of those that other tools make only when they need them.</summary>
    public DirectoryHandle OpenOrCreate(string folder)
    {
        if (TryOpen(folder) is { } existing)
        {
            return existing;
        }

        using var top = Open("");
        var (_, mode) = Modes(top);
        if (folder.StartsWith(LocalLayout.PackFolder, StringComparison.Ordinal) && folder.Length > LocalLayout.PackFolder.Length)
        {
            using var packs = OpenOrCreate(LocalLayout.PackFolder);
            Create(packs, folder[(LocalLayout.PackFolder.Length + 1)..], mode);
            packs.Sync();
        }
        else
        {
            Create(top, folder, mode);
            top.Sync();
        }

        return Open(folder);
    }

    /// <summary>The modes for files and folders: the owner's alone, or the group's too where the config file is readable by the group.</summary>
    public static (uint File, uint Folder) Modes(DirectoryHandle top) =>
        top.TryStat(Encoding.UTF8.GetBytes(LocalLayout.ConfigName), out var status) && (status.Mode & GroupReads) != 0
            ? (FileWithGroup, WithGroup)
            : (FileOfOwner, OwnerOnly);

    /// <summary>Makes a repository's folders, missing parents too, and flushes each into the one above.</summary>
    public void CreateAll()
    {
        CreateParents();
        using var top = Open("");
        foreach (var folder in LocalLayout.Folders)
        {
            Create(top, folder, OwnerOnly);
        }

        using var packs = Open(LocalLayout.PackFolder);
        for (var number = 0; number < LocalLayout.PackFolders; number++)
        {
            Create(packs, LocalLayout.PackFolderName(number), OwnerOnly);
        }

        packs.Sync();
        top.Sync();
    }

    /// <summary>Removes temporary files whose writer is gone. A living writer holds a lock on its file.</summary>
    public int RemoveAbandoned(FileKind? kind, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var folder in kind is { } one ? LocalLayout.FoldersOf(one) : LocalLayout.Folders.Concat(LocalLayout.AllPackFolders).Prepend(""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var directory = TryOpen(folder);
            if (directory is null)
            {
                continue;
            }

            foreach (var name in TemporaryNames(directory))
            {
                removed += TryRemoveAbandoned(directory, name) ? 1 : 0;
            }
        }

        return removed;
    }

    private static List<byte[]> TemporaryNames(DirectoryHandle directory)
    {
        var found = new List<byte[]>();
        var buffer = new byte[64 << 10];
        for (int filled; (filled = directory.ReadEntries(buffer)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
            {
                if (entry.Name.IndexOf(LocalFileWriter.TemporaryMark) >= 0)
                {
                    found.Add(entry.Name.ToArray());
                }
            }
        }

        return found;
    }

    private static bool TryRemoveAbandoned(DirectoryHandle directory, byte[] name)
    {
        try
        {
            // The lock is had when the writer is dead. A file that its writer has made but not locked yet is empty and has no blocks.
            using var file = directory.OpenFile(name, out var status);
            if ((status.Size == 0 && status.Blocks == 0) || !file.TryLock())
            {
                return false;
            }

            directory.RemoveFileIfThere(name);
            return true;
        }
        catch (FileSystemException e) when (e.Failure is FileSystemFailure.NotFound or FileSystemFailure.AccessDenied or FileSystemFailure.WrongType)
        {
            // Renamed or removed meanwhile, or another user's: not ours to remove.
            return false;
        }
    }

    private static void Create(DirectoryHandle parent, string name, uint mode)
    {
        try
        {
            parent.CreateDirectory(Encoding.UTF8.GetBytes(name), mode);
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.AlreadyExists)
        {
            // Made by another program at the same moment, or by a run that was killed.
        }
    }

    private void CreateParents()
    {
        var missing = new Stack<string>();
        for (var path = root; path is not null && !Exists(path); path = Path.GetDirectoryName(path))
        {
            missing.Push(path);
        }

        foreach (var path in missing)
        {
            using var parent = DirectoryHandle.OpenRoot(Path.GetDirectoryName(path)!);
            Create(parent, Path.GetFileName(path), OwnerOnly);
            parent.Sync();
        }
    }

    private static bool Exists(string path)
    {
        try
        {
            using var found = DirectoryHandle.OpenRoot(path);
            return true;
        }
        catch (FileSystemException e) when (e.Failure == FileSystemFailure.NotFound)
        {
            return false;
        }
    }

    private string PathOf(string folder) => folder.Length == 0 ? root : Path.Combine(root, folder);
}
