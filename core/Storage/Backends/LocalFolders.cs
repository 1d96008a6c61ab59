using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnapshotBot.Storage.Backends;

/// <summary>The folders of a local repository.</summary>
internal static partial class LocalFolders
{
    /// <summary>Only the owner may look in: keys and data are sealed, but names and sizes tell things too.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const int OpenDirectory = 0x10000; // O_DIRECTORY
    private const int OpenCloseOnExec = 0x80000; // O_CLOEXEC

    /// <summary>Makes a repository's folders, missing parents too, and flushes each into the one above.</summary>
    public static void Create(string root)
    {
        var missing = new Stack<string>();
        for (var folder = root; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        foreach (var folder in missing)
        {
            Directory.CreateDirectory(folder, Private);
            Flush(Path.GetDirectoryName(folder)!);
        }

        foreach (var folder in LocalLayout.Folders)
        {
            Directory.CreateDirectory(Path.Combine(root, folder), Private);
        }

        var packs = Path.Combine(root, LocalLayout.PackFolder);
        for (var number = 0; number < LocalLayout.PackFolders; number++)
        {
            Directory.CreateDirectory(Path.Combine(packs, LocalLayout.PackFolderName(number)), Private);
        }

        Flush(packs);
        Flush(root);
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void Flush(string folder)
    {
        using var handle = OpenFolder(folder, OpenDirectory | OpenCloseOnExec, 0);
        if (handle.IsInvalid)
        {
            throw new IOException($"Can't open {folder}.", Marshal.GetLastPInvokeError());
        }

        if (Synchronize(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != 22) // EINVAL: a file system that has nothing to flush for a folder
            {
                throw new IOException($"Can't flush {folder}.", error);
            }
        }
    }

    /// <summary>Removes temporary files whose writer is gone. A living writer holds a lock on its file.</summary>
    public static int RemoveAbandoned(string root, CancellationToken cancellationToken)
    {
        var removed = 0;
        var packs = Enumerable.Range(0, LocalLayout.PackFolders).Select(number => $"{LocalLayout.PackFolder}/{LocalLayout.PackFolderName(number)}");
        foreach (var folder in LocalLayout.Folders.Concat(packs).Prepend(""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var path = Path.Combine(root, folder);
            if (Directory.Exists(path))
            {
                removed += Directory.EnumerateFiles(path, $"*{LocalFileWriter.TemporaryMark}*").Count(TryRemove);
            }
        }

        return removed;
    }

    private static bool TryRemove(string file)
    {
        try
        {
            // Taking the lock fails while the writer lives. A file its writer has made but not locked yet is empty: that one is left.
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.None);
            if (RandomAccess.GetLength(handle) == 0)
            {
                return false;
            }

            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Being written, or gone meanwhile, or another user's: not ours to remove.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFolder(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle handle);
}
