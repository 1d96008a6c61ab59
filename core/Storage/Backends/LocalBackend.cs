using System.Runtime.CompilerServices;
using System.Text;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Backends;

/// <summary>A repository in a folder of this machine, laid out the way restic lays it out.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed, renamed, and its folder flushed: after a crash at any instruction it is complete under
/// its name or not there.
/// </remarks>
internal sealed class LocalBackend : IBackend, IAbandonedFiles, IListingDelay, IFileAges
{
    /// <summary>Reads up to this size finish on the caller's thread: a thread change would cost more than the read.</summary>
    private const int InlineRead = 1 << 20;

    private const int ListBuffer = 64 << 10;

    private readonly string _root;
    private readonly LocalFolders _folders;
    private readonly LocalFileWriter _writer;

    /// <summary>Nothing is opened or made before the first call.</summary>
    /// <param name="root">An absolute path.</param>
    /// <param name="options">How files are written.</param>
    public LocalBackend(string root, LocalBackendOptions options)
    {
        _root = root;
        _folders = new LocalFolders(root);
        _writer = new LocalFileWriter(_folders, options, root);
        Parallelism = options.Parallelism;
    }

    public string Location => _root;

    public int Parallelism { get; }

    public TimeSpan ListingDelay => Guard(null, _folders.ListingDelay);

    public Task CreateAsync(CancellationToken cancellationToken) => OnOwnThreadAsync(
        null,
        () =>
        {
            if (SizeOf(RepositoryFile.Config) is not null)
            {
                throw BackendErrors.RepositoryExists(_root);
            }

            _folders.CreateAll();
        },
        cancellationToken);

    public Task SaveAsync(RepositoryFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => OnOwnThreadAsync(
        file, () => _writer.Write(file, content.Span, cancellationToken), cancellationToken);

    public Task ReadAsync(RepositoryFile file, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.Length > InlineRead)
        {
            return Task.Run(() => Guard(file, () => Read(file, offset, buffer)), cancellationToken);
        }

        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            Guard(file, () => Read(file, offset, buffer));
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            return Task.FromException(e);
        }
    }

    public Task<byte[]> ReadAllAsync(RepositoryFile file, long limit, CancellationToken cancellationToken) => Task.Run(
        () => Guard(file, () => ReadAll(file, limit)), cancellationToken);

    public Task<long?> SizeAsync(RepositoryFile file, CancellationToken cancellationToken) => Task.Run(
        () => Guard(file, () => SizeOf(file)), cancellationToken);

    public async IAsyncEnumerable<RepositoryFileInfo> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind == FileKind.Config)
        {
            yield break;
        }

        IEnumerable<string> folders = kind == FileKind.Pack ? LocalLayout.AllPackFolders : [LocalLayout.FolderOf(kind)];
        foreach (var folder in folders)
        {
            foreach (var found in await Task.Run(() => Guard(null, () => ListFolder(folder)), cancellationToken))
            {
                yield return found;
            }
        }
    }

    public Task DeleteAsync(RepositoryFile file, CancellationToken cancellationToken) => OnOwnThreadAsync(
        file,
        () =>
        {
            var (folder, name) = LocalLayout.Locate(file);
            using var directory = _folders.TryOpen(folder);
            if (directory is null)
            {
                return;
            }

            directory.RemoveFileIfThere(Encoding.UTF8.GetBytes(name));
            if (file.Kind is FileKind.Snapshot or FileKind.Index or FileKind.Key)
            {
                // What follows such a removal relies on it: packs go once no index names them.
                directory.Sync();
            }
        },
        cancellationToken);

    public Task<DateTimeOffset?> WrittenAtAsync(RepositoryFile file, CancellationToken cancellationToken) => Task.Run(
        () => Guard(file, () => TryStat(file)?.Modified.ToDateTimeOffset()), cancellationToken);

    public Task<int> RemoveAbandonedAsync(FileKind? kind, CancellationToken cancellationToken) => Task.Run(
        () => Guard(null, () => _folders.RemoveAbandoned(kind, cancellationToken)), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private FileHandle Open(RepositoryFile file, out FileStatus status)
    {
        var (folder, name) = LocalLayout.Locate(file);
        using var directory = _folders.Open(folder);
        return directory.OpenFile(Encoding.UTF8.GetBytes(name), out status);
    }

    private bool Read(RepositoryFile file, long offset, Memory<byte> buffer)
    {
        using var handle = Open(file, out var status);
        var count = handle.ReadAt(offset, buffer.Span);
        return count == buffer.Length
            ? true
            : throw BackendErrors.TooShort(file, _root, offset + buffer.Length, Math.Min(status.Size, offset + count));
    }

    private byte[] ReadAll(RepositoryFile file, long limit)
    {
        using var handle = Open(file, out var status);
        if (status.Size > limit)
        {
            throw BackendErrors.TooLarge(file, _root, limit, status.Size);
        }

        var content = GC.AllocateUninitializedArray<byte>((int)status.Size);
        var count = handle.ReadAt(0, content);
        return count == content.Length ? content : throw BackendErrors.TooShort(file, _root, content.Length, count);
    }

    private long? SizeOf(RepositoryFile file) => TryStat(file)?.Size;

    private FileStatus? TryStat(RepositoryFile file)
    {
        var (folder, name) = LocalLayout.Locate(file);
        using var directory = _folders.TryOpen(folder);
        return directory is not null && directory.TryStat(Encoding.UTF8.GetBytes(name), out var status) ? status : null;
    }

    private List<RepositoryFileInfo> ListFolder(string folder)
    {
        var found = new List<RepositoryFileInfo>();
        using var directory = _folders.TryOpen(folder);
        if (directory is null)
        {
            return found;
        }

        var buffer = new byte[ListBuffer];
        for (int filled; (filled = directory.ReadEntries(buffer)) > 0;)
        {
            foreach (var entry in new DirectoryEntries(buffer.AsSpan(0, filled)))
            {
                // One that is gone when its size is asked for was removed meanwhile: as if it had not been listed.
                if (ObjectId.TryParse(entry.Name, out var id)
                    && directory.TryStat(entry.Name, out var status)
                    && status.Type == FileType.Regular)
                {
                    found.Add(new RepositoryFileInfo(id, status.Size));
                }
            }
        }

        return found;
    }

    private T Guard<T>(RepositoryFile? file, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (FileSystemException e)
        {
            throw LocalErrors.Translate(e, file, _root);
        }
    }

    /// <summary>Flushing blocks for milliseconds; a pool thread held that long would slow the workers that share the pool.</summary>
    private Task OnOwnThreadAsync(RepositoryFile? file, Action act, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Guard(file, () =>
        {
            act();
            return true;
        }),
        cancellationToken,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);
}
