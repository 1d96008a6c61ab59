using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>Makes what has no content to fetch: links, FIFOs, sockets, devices. Nothing is ever opened.</summary>
internal static class SpecialWriter
{
    private const uint WhileIncomplete = 0x180;

    /// <summary>Makes the entry under its name, or beside what has the name and then in its place.</summary>
    public static void Write(DirectoryHandle directory, Node node, byte[] name, bool replaces)
    {
        var made = replaces ? OwnNames.NextTemporary() : name;
        Make(directory, node, made);
        try
        {
            MetadataWriter.ApplyByName(directory, made, node, ChangeAspects.Metadata);
            if (replaces)
            {
                directory.Rename(made, directory, name);
            }
        }
        catch
        {
            directory.RemoveFileIfThere(made);
            throw;
        }
    }

    private static void Make(DirectoryHandle directory, Node node, byte[] name)
    {
        switch (node.Type)
        {
            case NodeType.Symlink:
                directory.CreateSymbolicLink(name, node.LinkTarget ?? []);
                break;
            case NodeType.Fifo:
                directory.CreateNode(name, FileType.Fifo, WhileIncomplete, 0);
                break;
            case NodeType.Socket:
                directory.CreateNode(name, FileType.Socket, WhileIncomplete, 0);
                break;
            case NodeType.CharDevice:
                directory.CreateNode(name, FileType.CharacterDevice, WhileIncomplete, node.Device);
                break;
            case NodeType.BlockDevice:
                directory.CreateNode(name, FileType.BlockDevice, WhileIncomplete, node.Device);
                break;
            default:
                throw new FileSystemException(0, "Restoring", name, FileSystemFailure.NotSupported);
        }
    }
}
