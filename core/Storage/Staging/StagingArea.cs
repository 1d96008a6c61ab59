using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Staging;

/// <summary>
/// A folder on the very mount of the live data, where what is to replace it is made and what was replaced is kept. Only root may look inside.
/// Owns its handle of the folder; the live handle stays the caller's.
/// </summary>
public sealed class StagingArea : IDisposable
{
    private const uint OnlyOwner = 0x1c0;

    private readonly long _run = Random.Shared.NextInt64();
    private int _lastNumber;

    private StagingArea(DirectoryHandle live, byte[] livePath, DirectoryHandle root, byte[] path)
    {
        Live = live;
        LivePath = livePath;
        Root = root;
        Path = path;
    }

    public DirectoryHandle Live { get; }

    /// <summary>The live tree's path on the host.</summary>
    public byte[] LivePath { get; }

    public DirectoryHandle Root { get; }

    /// <summary>The folder's path on the host.</summary>
    public byte[] Path { get; }

    /// <summary>What is staged already, by its path in the tree; a further pass over the same snapshot takes it over.</summary>
    internal Dictionary<PathBytes, StagedItem> Items { get; } = [];

    /// <summary>
    /// Makes the folder beside the live tree when that is the same mount, else in the live tree. A folder of that name from before is opened.
    /// </summary>
    /// <param name="live">The live tree.</param>
    /// <param name="livePath">Its path on the host.</param>
    /// <param name="beside">The directory the live tree is in, when it is for us to write in; else null.</param>
    /// <param name="besidePath">Its path on the host.</param>
    /// <param name="id">The operation's id, as <see cref="OwnNames.OfStage"/> wants it.</param>
    public static StagingArea Open(DirectoryHandle live, byte[] livePath, DirectoryHandle? beside, byte[] besidePath, string id)
    {
        var name = OwnNames.OfStage(id);
        var mount = live.Status().MountId;
        // Renaming from one mount to another fails even on one device.
        var parent = beside is not null && mount != 0 && beside.Status().MountId == mount ? beside : live;
        if (!parent.TryStat(name, out _))
        {
            parent.CreateDirectory(name, OnlyOwner);
            parent.Sync();
        }

        var root = parent.OpenDirectory(name);
        if (root.Status().MountId != mount)
        {
            root.Dispose();
            throw new FileSystemException(Errno.CrossDevice, "Staging beside", livePath);
        }

        return new(live, livePath, root, PathText.Join(parent == live ? livePath : besidePath, name));
    }

    public void Dispose() => Root.Dispose();

    /// <summary>A name nothing in the folder has, not even what an earlier run left.</summary>
    internal byte[] NextName() => System.Text.Encoding.ASCII.GetBytes($"{_run:x}-{++_lastNumber}");
}

/// <summary>One thing made in a staging area: a file, a link, a node, or a directory with all that is in it.</summary>
internal sealed record StagedItem(byte[] Name, Node Node);
