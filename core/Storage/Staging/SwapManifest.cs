using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>What a swap does at one path.</summary>
public enum SwapAction
{
    /// <summary>What is staged gets a name that is free.</summary>
    Add,

    /// <summary>What is staged and what is live change places.</summary>
    Replace,

    /// <summary>What is live is moved aside.</summary>
    Remove,

    /// <summary>Owner, mode, times and attributes are set; the content stays.</summary>
    Describe,
}

/// <summary>Owner, mode, times and attributes of an entry.</summary>
public sealed record SwapMetadata(
    uint Mode, uint UserId, uint GroupId, UnixTime Accessed, UnixTime Modified, IReadOnlyList<ExtendedAttribute> Attributes);

/// <summary>One step of a swap. Inodes say afterwards whether it happened.</summary>
public sealed record SwapEntry
{
    public required SwapAction Action { get; init; }

    /// <summary>From the live tree's root, names with slashes between; empty for the root itself.</summary>
    public required byte[] Path { get; init; }

    /// <summary>Of what is live before; 0 when there is nothing.</summary>
    public ulong LiveInode { get; init; }

    /// <summary>Of what is staged; 0 when there is nothing.</summary>
    public ulong StagedInode { get; init; }

    /// <summary>Where it is staged, in the staging area; empty when there is nothing.</summary>
    public byte[] StagedName { get; init; } = [];

    /// <summary>Where in the staging area what was live goes when it does not change places.</summary>
    public byte[] AsideName { get; init; } = [];

    /// <summary>For <see cref="SwapAction.Describe"/>: as it is.</summary>
    public SwapMetadata? Old { get; init; }

    /// <summary>For <see cref="SwapAction.Describe"/>: as it shall be.</summary>
    public SwapMetadata? New { get; init; }
}

/// <summary>The steps for one live tree.</summary>
/// <param name="LivePath">On the host.</param>
/// <param name="StagingPath">On the host, on the same mount.</param>
/// <param name="Entries">In the order they are done.</param>
public sealed record SwapTree(byte[] LivePath, byte[] StagingPath, IReadOnlyList<SwapEntry> Entries);

/// <summary>Everything a swap does, kept durably before the first step: with it and the inodes a killed swap is finished or taken back.</summary>
public sealed record SwapManifest(IReadOnlyList<SwapTree> Trees)
{
    /// <summary>Writes the manifest so that it is whole under its name, and durable, when this returns.</summary>
    public void Save(DirectoryHandle folder, ReadOnlySpan<byte> name)
    {
        const uint onlyOwner = 0x180;
        byte[] temporary = [.. name, .. ".new"u8];
        folder.RemoveFileIfThere(temporary);
        using (var file = folder.CreateFile(temporary, onlyOwner))
        {
            file.WriteAt(0, SwapManifestJson.Write(this));
            file.Sync();
        }

        folder.Rename(temporary, folder, name);
        folder.Sync();
    }

    /// <summary>Reads a manifest back; null when there is none: then nothing was swapped.</summary>
    /// <exception cref="FormatException">It is not a manifest.</exception>
    public static SwapManifest? TryLoad(DirectoryHandle folder, ReadOnlySpan<byte> name)
    {
        try
        {
            using var file = folder.OpenFile(name, out var status);
            var text = new byte[status.Size];
            return SwapManifestJson.Read(text.AsSpan(0, file.ReadAt(0, text)));
        }
        catch (FileSystemException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
