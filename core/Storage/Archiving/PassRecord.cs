using System.Collections.Concurrent;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// What a pass remembers of what it saw, so that a later one reads little: of every entry a hash of its status, of every file it read the
/// hashes of its blocks. Some 32 bytes an entry and 12 a block.
/// </summary>
internal sealed class PassRecord
{
    /// <summary>Blocks remembered at most: 48 MiB of memory. Files past that are compared by nothing and copied whole when they change.</summary>
    private const int MostBlocks = 4 << 20;

    private int _blocks;

    /// <summary>Directories that are items, by their path in the snapshot.</summary>
    public ConcurrentDictionary<PathBytes, FolderRecord> Folders { get; } = new();

    /// <summary>Single entries that are items, by their path in the snapshot: a folder record with one entry each.</summary>
    public ConcurrentDictionary<PathBytes, FolderRecord> Entries { get; } = new();

    /// <summary>Whether there is room to remember so many blocks.</summary>
    public bool TryTake(int blocks) => Interlocked.Add(ref _blocks, blocks) <= MostBlocks;
}

/// <summary>A directory as a pass saw it. Entries are in the order of their names.</summary>
internal sealed class FolderRecord(int entries)
{
    private Dictionary<ulong, int>? _byName;

    /// <summary>Hash of the directory's own status; 0 when nobody may rely on it.</summary>
    public ulong Status { get; set; }

    public EntryRecord[] Entries { get; } = new EntryRecord[entries];

    /// <summary>How the directory counts against the snapshot before.</summary>
    public Counted Counted { get; set; }

    /// <summary>Finds an entry; -1 when it was not there.</summary>
    /// <param name="name">Hash of its name.</param>
    /// <param name="near">Where it is when nothing was added or removed.</param>
    public int Find(ulong name, int near)
    {
        if (near < Entries.Length && Entries[near].Name == name)
            return near;
        return (_byName ??= ByName()).GetValueOrDefault(name, -1);
    }

    private Dictionary<ulong, int> ByName()
    {
        var index = new Dictionary<ulong, int>(Entries.Length);
        for (var i = 0; i < Entries.Length; i++)
            index[Entries[i].Name] = i;
        return index;
    }
}

/// <summary>An entry as a pass saw it.</summary>
internal struct EntryRecord
{
    /// <summary>Hash of its name.</summary>
    public ulong Name;

    /// <summary>Hash of its status when it was read; 0 when a change might not show in the status.</summary>
    public ulong Status;

    /// <summary>Of a file: its <see cref="FileBlocks"/> or null; of a directory: its <see cref="FolderRecord"/>.</summary>
    public object? Content;

    public Counted Counted;
}

/// <summary>How an entry counts against the snapshot before.</summary>
internal enum Counted : byte
{
    No,
    Unmodified,
    New,
    Changed,
}

/// <summary>The blocks of a file, as it was cut when it was read: the length and the fast hash of each.</summary>
internal sealed class FileBlocks(int[] lengths, ulong[] hashes)
{
    public int Count => lengths.Length;

    public int LengthOf(int block) => lengths[block];

    public ulong HashOf(int block) => hashes[block];

    /// <summary>Bytes of all blocks.</summary>
    public long Total
    {
        get
        {
            var total = 0L;
            foreach (var length in lengths)
                total += length;
            return total;
        }
    }

    /// <summary>The block that begins at an offset; -1 when none does.</summary>
    public int StartingAt(long offset)
    {
        var at = 0L;
        for (var i = 0; i < lengths.Length && at <= offset; i++)
        {
            if (at == offset)
                return i;
            at += lengths[i];
        }

        return -1;
    }
}

/// <summary>A range of a file: so many known blocks that are the same, or bytes that are not.</summary>
/// <param name="Offset">Where it begins; not said (-1) of what is the same.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="FirstBlock">The first known block that is the same; -1 for bytes that changed.</param>
/// <param name="Blocks">How many are.</param>
internal readonly record struct FileRange(long Offset, long Length, int FirstBlock, int Blocks)
{
    public bool IsSame => FirstBlock >= 0;
}
