using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Restoring;

/// <summary>
/// Open directories of a tree by their place in it, a bounded number of them, for several threads. A directory that is asked for is opened
/// from the root by its names alone: a link that took its place is a failure.
/// </summary>
internal sealed class DirectoryCache(DirectoryHandle root) : IDisposable
{
    private const int KeptOpen = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<TreePath, Entry> _entries = [];
    private readonly LinkedList<Entry> _idle = new();

    public DirectoryHandle Root => root;

    /// <summary>Opens a directory, or hands out the handle that is open. Dispose the lease, not the handle.</summary>
    public Lease Open(TreePath path)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(path, out var entry))
            {
                if (entry.Users++ == 0)
                {
                    _idle.Remove(entry);
                }

                return new(this, entry);
            }
        }

        var handle = path.Parent is null ? root.Reopen() : OpenFromNearest(path);
        return Add(path, handle);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values)
            {
                entry.Handle.Dispose();
            }

            _entries.Clear();
            _idle.Clear();
        }
    }

    private DirectoryHandle OpenFromNearest(TreePath path)
    {
        // The parent is nearly always open: one name instead of the whole path.
        Lease? parent = null;
        lock (_gate)
        {
            if (_entries.TryGetValue(path.Parent!, out var entry))
            {
                if (entry.Users++ == 0)
                {
                    _idle.Remove(entry);
                }

                parent = new(this, entry);
            }
        }

        if (parent is not { } lease)
        {
            return root.OpenBeneath(path.ToBytes());
        }

        using (lease)
        {
            return lease.Handle.OpenDirectory(path.Name.Span);
        }
    }

    private Lease Add(TreePath path, DirectoryHandle handle)
    {
        List<DirectoryHandle> closing = [];
        Entry? entry;
        lock (_gate)
        {
            if (_entries.TryGetValue(path, out entry))
            {
                // Another thread was faster.
                closing.Add(handle);
                if (entry.Users++ == 0)
                {
                    _idle.Remove(entry);
                }
            }
            else
            {
                entry = new Entry(path, handle) { Users = 1 };
                _entries.Add(path, entry);
            }

            while (_entries.Count > KeptOpen && _idle.First is { } oldest)
            {
                _idle.RemoveFirst();
                _entries.Remove(oldest.Value.Path);
                closing.Add(oldest.Value.Handle);
            }
        }

        closing.ForEach(unused => unused.Dispose());
        return new(this, entry);
    }

    private void Return(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Users == 0)
            {
                _idle.AddLast(entry);
            }
        }
    }

    /// <summary>A directory held open.</summary>
    public readonly struct Lease(DirectoryCache cache, Entry entry) : IDisposable
    {
        public DirectoryHandle Handle => entry.Handle;

        /// <summary>What files made in this directory begin with; found out once.</summary>
        public NewFileDefaults? Defaults
        {
            get => entry.Defaults;
            set => entry.Defaults = value;
        }

        public void Dispose() => cache.Return(entry);
    }

    public sealed class Entry(TreePath path, DirectoryHandle handle)
    {
        public TreePath Path { get; } = path;

        public DirectoryHandle Handle { get; } = handle;

        public int Users { get; set; }

        public NewFileDefaults? Defaults { get; set; }
    }
}

/// <summary>Owner and attributes that a new file in some directory has by itself (setgid directories and default ACLs give others).</summary>
internal sealed record NewFileDefaults(uint UserId, uint GroupId, bool HasAttributes);
