namespace SnapshotBot.Storage.FileSystem;

/// <summary>Removes a directory with all that is in it, at any depth, following nothing and crossing no mount.</summary>
public static class TreeRemover
{
    private const int BufferLength = 32 * 1024;

    /// <summary>Removes whatever is at a name: a file, a link, a node, a whole tree. Nothing there is no error.</summary>
    public static void Remove(DirectoryHandle parent, ReadOnlySpan<byte> name, CancellationToken cancellationToken)
    {
        if (!parent.TryStat(name, out var status))
        {
            return;
        }

        if (status.Type != FileType.Directory)
        {
            parent.RemoveFileIfThere(name);
            return;
        }

        Empty(parent, name, cancellationToken);
        parent.RemoveDirectory(name);
    }

    private static void Empty(DirectoryHandle parent, ReadOnlySpan<byte> top, CancellationToken cancellationToken)
    {
        using var stack = new DirectoryStack(parent);
        var buffer = new byte[BufferLength];
        var names = new Stack<byte[]>();
        stack.Push(top);
        names.Push(top.ToArray());
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var directory = stack.Current;
            directory.Rewind();
            if (RemoveFiles(directory, buffer) is { } child)
            {
                stack.Push(child);
                names.Push(child);
                continue;
            }

            stack.Pop();
            var emptied = names.Pop();
            if (names.Count == 0)
            {
                return;
            }

            stack.Current.RemoveDirectory(emptied);
        }
    }

    /// <summary>Removes files and empty directories; stops at the first directory that has something in it.</summary>
    private static byte[]? RemoveFiles(DirectoryHandle directory, byte[] buffer)
    {
        // Removing while listing makes some file systems skip entries: list again until a whole pass finds nothing.
        var removed = true;
        while (removed)
        {
            removed = false;
            directory.Rewind();
            while (directory.ReadEntries(buffer) is > 0 and var filled)
            {
                foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
                {
                    removed = true;
                    if (!IsDirectory(directory, entry))
                    {
                        directory.RemoveFileIfThere(entry.Name);
                    }
                    else if (!directory.TryRemoveEmptyDirectory(entry.Name))
                    {
                        return entry.Name.ToArray();
                    }
                }
            }
        }

        return null;
    }

    private static bool IsDirectory(DirectoryHandle directory, DirectoryEntry entry) => entry.Type == FileType.Unknown
        ? directory.TryStat(entry.Name, out var status) && status.Type == FileType.Directory
        : entry.Type == FileType.Directory;
}
