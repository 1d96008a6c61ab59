using System.Buffers.Binary;

namespace SnapshotBot.Storage.FileSystem;

/// <summary>Walks over entries in the kernel's own buffer, filled by <see cref="DirectoryHandle.ReadEntries"/>. Allocates nothing.</summary>
/// <remarks>"." and ".." are left out. Names are only valid as long as the buffer is not filled again.</remarks>
public ref struct DirectoryEntries(ReadOnlySpan<byte> filled)
{
    private const int HeaderSize = 19;

    private ReadOnlySpan<byte> _rest = filled;

    public DirectoryEntry Current { get; private set; }

    public readonly DirectoryEntries GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_rest.Length > HeaderSize)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[16..]);
            var entry = _rest[..length];
            _rest = _rest[length..];
            var name = entry[HeaderSize..];
            name = name[..name.IndexOf((byte)0)];
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
                continue;
            Current = new(name, (FileType)entry[18], BinaryPrimitives.ReadUInt64LittleEndian(entry));
            return true;
        }

        return false;
    }
}

/// <summary>One name in a directory, what the directory says it is (it may have changed since), and its inode.</summary>
public readonly ref struct DirectoryEntry(ReadOnlySpan<byte> name, FileType type, ulong inode)
{
    public ReadOnlySpan<byte> Name { get; } = name;

    public FileType Type { get; } = type;

    public ulong Inode { get; } = inode;
}
