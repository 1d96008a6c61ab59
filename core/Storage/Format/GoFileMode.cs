namespace SnapshotBot.Storage.Format;

/// <summary>The <c>mode</c> of a node: Go's <c>os.FileMode</c>, with type bits at the top and permissions at the bottom.</summary>
internal static class GoFileMode
{
    private const uint Directory = 1u << 31;
    private const uint Symlink = 1u << 27;
    private const uint DeviceBit = 1u << 26;
    private const uint NamedPipe = 1u << 25;
    private const uint Socket = 1u << 24;
    private const uint SetUserId = 1u << 23;
    private const uint SetGroupId = 1u << 22;
    private const uint CharDeviceBit = 1u << 21;
    private const uint Sticky = 1u << 20;
    private const uint Irregular = 1u << 19;

    public static uint From(NodeType type, int permissions)
    {
        var mode = (uint)permissions & 0x1FF;
        mode |= (permissions & 0x800) != 0 ? SetUserId : 0;
        mode |= (permissions & 0x400) != 0 ? SetGroupId : 0;
        mode |= (permissions & 0x200) != 0 ? Sticky : 0;
        return mode | type switch
        {
            NodeType.Directory => Directory,
            NodeType.Symlink => Symlink,
            NodeType.Fifo => NamedPipe,
            NodeType.Socket => Socket,
            NodeType.BlockDevice => DeviceBit,
            NodeType.CharDevice => DeviceBit | CharDeviceBit,
            NodeType.Other => Irregular,
            _ => 0,
        };
    }

    public static int Permissions(uint mode) =>
        (int)(mode & 0x1FF)
        | ((mode & SetUserId) != 0 ? 0x800 : 0)
        | ((mode & SetGroupId) != 0 ? 0x400 : 0)
        | ((mode & Sticky) != 0 ? 0x200 : 0);
}
