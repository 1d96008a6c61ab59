namespace SnapshotBot.Storage.FileSystem;

/// <summary>What a directory entry is. The numbers are those of <c>st_mode &gt;&gt; 12</c> and of <c>d_type</c>.</summary>
public enum FileType : byte
{
    /// <summary>The file system does not tell while listing: ask for the status.</summary>
    Unknown = 0,
    Fifo = 1,
    CharacterDevice = 2,
    Directory = 4,
    BlockDevice = 6,
    Regular = 8,
    SymbolicLink = 10,
    Socket = 12,
}

/// <summary>Everything <c>statx</c> tells of one file. About 130 bytes: pass it by reference in loops.</summary>
public readonly record struct FileStatus
{
    public FileType Type { get; init; }

    /// <summary>The lower 12 bits: permissions, setuid, setgid, sticky.</summary>
    public uint Mode { get; init; }

    public uint UserId { get; init; }

    public uint GroupId { get; init; }

    /// <summary>Length in bytes; of a symbolic link, that of its target.</summary>
    public long Size { get; init; }

    /// <summary>Space taken on the device, in units of 512 bytes.</summary>
    public long Blocks { get; init; }

    public uint Links { get; init; }

    public ulong Inode { get; init; }

    /// <summary>The device the file is on, encoded as <c>st_dev</c> is.</summary>
    public ulong Device { get; init; }

    /// <summary>What a device node stands for, encoded as <c>st_rdev</c> is.</summary>
    public ulong NodeDevice { get; init; }

    public UnixTime Modified { get; init; }

    public UnixTime Changed { get; init; }

    public UnixTime Accessed { get; init; }

    /// <summary>The mount the file was reached through; 0 where the kernel (before 5.8) does not tell.</summary>
    public ulong MountId { get; init; }

    /// <summary>Whether another file system (or a bind mount) is mounted on this very entry.</summary>
    public bool IsMountRoot { get; init; }

    public FileIdentity Identity => new(Device, Inode);

    /// <summary>Whether fewer blocks are taken than the length needs, so that looking for holes may pay.</summary>
    public bool MayHaveHoles => Type == FileType.Regular && Blocks * 512 < Size;

    /// <summary>Encodes a device number as glibc's <c>makedev</c> does.</summary>
    public static ulong MakeDevice(uint major, uint minor) =>
        ((ulong)(major & 0xfff) << 8) | (minor & 0xff) | ((ulong)(minor & ~0xffu) << 12) | ((ulong)(major & ~0xfffu) << 32);

    internal static unsafe FileStatus From(LibC.StatXBuffer* raw) => new()
    {
        Type = (FileType)(raw->Mode >> 12),
        Mode = raw->Mode & 0xfffu,
        UserId = raw->User,
        GroupId = raw->Group,
        Size = (long)raw->Size,
        Blocks = (long)raw->Blocks,
        Links = raw->Links,
        Inode = raw->Inode,
        Device = MakeDevice(raw->DeviceMajor, raw->DeviceMinor),
        NodeDevice = MakeDevice(raw->NodeMajor, raw->NodeMinor),
        Modified = new(raw->Modified.Seconds, (int)raw->Modified.Nanoseconds),
        Changed = new(raw->Changed.Seconds, (int)raw->Changed.Nanoseconds),
        Accessed = new(raw->Accessed.Seconds, (int)raw->Accessed.Nanoseconds),
        MountId = (raw->Mask & LibC.StatMountId) != 0 ? raw->MountId : 0,
        IsMountRoot = (raw->Attributes & LibC.StatAttributeMountRoot) != 0,
    };
}

/// <summary>Says whether two names are one file. Holds while something (a name, a handle) keeps the file.</summary>
public readonly record struct FileIdentity(ulong Device, ulong Inode);
