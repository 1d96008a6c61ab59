using System.Threading.Channels;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Archiving;

/// <summary>One entry of a directory and what it is.</summary>
internal readonly record struct ListedEntry(byte[] Name, FileStatus Status);

/// <summary>A directory as the lister found it.</summary>
internal sealed record Listing
{
    /// <summary>Why the directory could not be listed; null when it was.</summary>
    public FileSystemException? Failure { get; init; }

    public FileStatus Status { get; init; }

    public ExtendedAttribute[] Attributes { get; init; } = [];

    /// <summary>Sorted by name, without what is excluded or has gone.</summary>
    public IReadOnlyList<ListedEntry> Entries { get; init; } = [];

    /// <summary>Entries that could not be looked at.</summary>
    public IReadOnlyList<(byte[] Name, FileSystemException Failure)> Troubles { get; init; } = [];

    /// <summary>Blocks of entries this listing accounts for in what may be listed ahead.</summary>
    public int Blocks { get; set; }
}

/// <summary>
/// Lists a directory and all below, ahead of whoever compares: the kernel's part of a walk on one core while the other opens the
/// repository, reads the parent's trees and decides. Directories come depth first, each one's subdirectories in the order of names.
/// </summary>
/// <remarks>
/// A directory is opened by its path from the root and closed again, so neither depth nor width costs handles. What is listed ahead is
/// bounded by the number of entries.
/// </remarks>
internal sealed class FolderLister(DirectoryHandle root, Func<PathBytes, FileType, bool>? excludes)
{
    private const int FoldersAhead = 4096;
    private const int EntriesInBlock = 1024;
    private const int BlocksAhead = 96;

    private readonly Channel<Listing> _listings = Channel.CreateBounded<Listing>(FoldersAhead);
    private readonly SemaphoreSlim _blocks = new(BlocksAhead);
    private readonly List<byte[]> _names = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    public DirectoryHandle Root => root;

    /// <summary>Takes the next listing if it is there already.</summary>
    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Listing? listing)
    {
        if (!_listings.Reader.TryRead(out listing))
        {
            return false;
        }

        Release(listing);
        return true;
    }

    /// <summary>Waits for the next listing.</summary>
    public async ValueTask<Listing> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var listing = await _listings.Reader.ReadAsync(cancellationToken);
            Release(listing);
            return listing;
        }
        catch (ChannelClosedException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.InnerException);
            throw;
        }
    }

    /// <summary>Lists everything; ends when all is handed over.</summary>
    /// <param name="target">The root's path in the snapshot, for <c>excludes</c>.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task ListAsync(byte[] target, CancellationToken cancellationToken)
    {
        try
        {
            var waiting = new Stack<Place>([new Place(null, [])]);
            var entries = 0;
            while (waiting.TryPop(out var place))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var listing = List(place, target, waiting);
                for (entries += listing.Entries.Count; entries >= EntriesInBlock && listing.Blocks < BlocksAhead; entries -= EntriesInBlock)
                {
                    await _blocks.WaitAsync(cancellationToken);
                    listing.Blocks++;
                }

                entries %= EntriesInBlock;
                await _listings.Writer.WriteAsync(listing, cancellationToken);
            }

            _listings.Writer.Complete();
        }
        catch (Exception e)
        {
            _listings.Writer.Complete(e);
            throw;
        }
    }

    private void Release(Listing listing)
    {
        if (listing.Blocks > 0)
        {
            _blocks.Release(listing.Blocks);
        }
    }

    private Listing List(Place place, byte[] target, Stack<Place> waiting)
    {
        var path = place.ToPath();
        try
        {
            using var handle = path.Length == 0 ? root.Reopen() : root.OpenBeneath(path);
            var status = handle.Status();
            var attributes = handle.ReadAttributes();
            ReadNames(handle);
            var entries = new List<ListedEntry>(_names.Count);
            var troubles = new List<(byte[], FileSystemException)>();
            var folder = PathText.Join(target, path);
            foreach (var name in _names)
            {
                Look(handle, name, folder, entries, troubles);
            }

            // Nothing may fail from here on: who takes a failed listing does not expect its subdirectories.
            for (var i = entries.Count - 1; i >= 0; i--)
            {
                if (entries[i].Status.Type == FileType.Directory)
                {
                    waiting.Push(new Place(place, entries[i].Name));
                }
            }

            return new Listing { Status = status, Attributes = attributes, Entries = entries, Troubles = troubles };
        }
        catch (FileSystemException e)
        {
            return new Listing { Failure = e };
        }
    }

    private void ReadNames(DirectoryHandle handle)
    {
        _names.Clear();
        for (int used; (used = handle.ReadEntries(_buffer)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(_buffer.AsSpan(0, used)))
            {
                _names.Add(entry.Name.ToArray());
            }
        }

        _names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
    }

    private void Look(
        DirectoryHandle handle, byte[] name, byte[] folder, List<ListedEntry> entries, List<(byte[], FileSystemException)> troubles)
    {
        try
        {
            if (handle.TryStat(name, out var status)
                && (excludes is null || !excludes(new PathBytes(PathText.Join(folder, name)), status.Type)))
            {
                entries.Add(new ListedEntry(name, status));
            }
        }
        catch (FileSystemException e)
        {
            troubles.Add((name, e));
        }
    }

    /// <summary>
    /// A directory still to be listed, told by its name and the one above. Its path is made when its turn comes: a hostile tree can have more
    /// directories, at longer paths, than memory would hold.
    /// </summary>
    private sealed class Place(Place? above, byte[] name)
    {
        private readonly Place? _above = above;
        private readonly byte[] _name = name;

        public byte[] ToPath()
        {
            var length = 0;
            for (var at = this; at._above is { } next; at = next)
            {
                length += at._name.Length + 1;
            }

            var path = new byte[Math.Max(length - 1, 0)];
            var end = path.Length;
            for (var at = this; at._above is { } next; at = next)
            {
                end -= at._name.Length;
                at._name.CopyTo(path, end);
                if (end > 0)
                {
                    path[--end] = (byte)'/';
                }
            }

            return path;
        }
    }
}
