namespace SnapshotBot.Testing;

/// <summary>Values of attributes as the kernel keeps them.</summary>
public static class PosixAttributes
{
    /// <summary>For <c>security.capability</c>: a program of anybody may bind ports below 1024 (linux/capability.h, revision 2).</summary>
    public static byte[] BindsLowPorts { get; } = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>An access list (linux/posix_acl_xattr.h): owner, one more user who may read and write, group, mask, others.</summary>
    public static byte[] AccessList(uint mode, uint user)
    {
        var list = new List<byte>(BitConverter.GetBytes(2));
        Add(0x01, mode >> 6, uint.MaxValue);
        Add(0x02, 6, user);
        Add(0x04, mode >> 3, uint.MaxValue);
        Add(0x10, mode >> 3, uint.MaxValue);
        Add(0x20, mode, uint.MaxValue);
        return [.. list];

        void Add(ushort tag, uint rights, uint id)
        {
            list.AddRange(BitConverter.GetBytes(tag));
            list.AddRange(BitConverter.GetBytes((ushort)(rights & 7)));
            list.AddRange(BitConverter.GetBytes(id));
        }
    }
}
