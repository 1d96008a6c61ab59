using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>How a file gets its content.</summary>
internal enum WriteMode
{
    /// <summary>Written anew: beside what is there and renamed over it, or to a name that is free.</summary>
    Anew,

    /// <summary>Some ranges of an existing file are overwritten, once all of them are at hand.</summary>
    Patch,
}

/// <summary>One file to be brought to a snapshot's content.</summary>
internal sealed class FileWork
{
    private int _failed;

    /// <summary>Where it goes, in the tree that is written to.</summary>
    public required TreePath Directory { get; init; }

    /// <summary>Its name there.</summary>
    public required byte[] Name { get; init; }

    public required Node Node { get; init; }

    /// <summary>The regular file that is now at the place the snapshot restores to; null when there is none to compare with.</summary>
    public Node? Live { get; init; }

    /// <summary>Where the live file is.</summary>
    public TreePath? LiveDirectory { get; init; }

    /// <summary>Something that is no directory is at the name and is replaced.</summary>
    public bool Replaces { get; init; }

    /// <summary>In what the live entry differs, as far as is known without reading it.</summary>
    public ChangeAspects Aspects { get; init; }

    public WriteMode Mode { get; set; }

    /// <summary>Where each blob begins; one more for the end.</summary>
    public long[] Offsets { get; set; } = [];

    /// <summary>For each blob whether the live file has it at its place; null when that was not looked at.</summary>
    public bool[]? Matches { get; set; }

    /// <summary>For each blob whether it is zeros; null when none is.</summary>
    public bool[]? Zeros { get; set; }

    public FileAssembler? Assembler { get; set; }

    /// <summary>Blobs still to be delivered.</summary>
    public int Remaining;

    public BlobId[] Content => Node.Content ?? [];

    public long Length => Offsets.Length == 0 ? 0 : Offsets[^1];

    public bool HasFailed => Volatile.Read(ref _failed) != 0;

    /// <summary>True for the first who says so.</summary>
    public bool TryFail() => Interlocked.Exchange(ref _failed, 1) == 0;
}
