using SnapshotBot.Storage.Format;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>restic's words for what a node is.</summary>
internal static class NodeWords
{
    public static string Of(NodeType type) => type switch
    {
        NodeType.File => "file",
        NodeType.Directory => "dir",
        NodeType.Symlink => "symlink",
        NodeType.Fifo => "fifo",
        NodeType.Socket => "socket",
        NodeType.CharDevice => "chardev",
        NodeType.BlockDevice => "dev",
        _ => "irregular",
    };
}
