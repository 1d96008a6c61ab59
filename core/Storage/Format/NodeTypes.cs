namespace SnapshotBot.Storage.Format;

/// <summary>The words for node types in a tree.</summary>
internal static class NodeTypes
{
    public static ReadOnlySpan<byte> ToUtf8(NodeType type) => type switch
    {
        NodeType.File => "file"u8,
        NodeType.Directory => "dir"u8,
        NodeType.Symlink => "symlink"u8,
        NodeType.Fifo => "fifo"u8,
        NodeType.Socket => "socket"u8,
        NodeType.CharDevice => "chardev"u8,
        NodeType.BlockDevice => "dev"u8,
        _ => "irregular"u8,
    };

    public static NodeType Parse(ref System.Text.Json.Utf8JsonReader reader) =>
        reader.ValueTextEquals("file"u8) ? NodeType.File
        : reader.ValueTextEquals("dir"u8) ? NodeType.Directory
        : reader.ValueTextEquals("symlink"u8) ? NodeType.Symlink
        : reader.ValueTextEquals("fifo"u8) ? NodeType.Fifo
        : reader.ValueTextEquals("socket"u8) ? NodeType.Socket
        : reader.ValueTextEquals("chardev"u8) ? NodeType.CharDevice
        : reader.ValueTextEquals("dev"u8) ? NodeType.BlockDevice
        : NodeType.Other;
}
