using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace SnapshotBot.Storage.Backends;

/// <summary>A repository in a folder of this machine, laid out the way restic lays it out.</summary>
/// <remarks>
/// A file is written under a temporary name, flushed, renamed, and its folder flushed: after a crash at any instruction it is complete under
/// its name or not there. Temporary files are held by a lock of the kernel while they are written, so that
/// <see cref="RemoveAbandonedAsync"/> can tell a dead writer's from a living one's.
/// </remarks>
internal sealed class LocalBackend : IBackend, IAbandonedFiles
{
    /// <summary>Reads up to this size finish on the caller's thread: a thread change would cost more than the read.</summary>
    private const int InlineRead = 1 << 20;

    private readonly string _root;
    private readonly LocalFileWriter _writer;

    /// <summary>Nothing is opened or made before the first call.</summary>
    /// <param name="root">An absolute path.</param>
    /// <param name="options">How files are written.</param>
    public LocalBackend(string root, LocalBackendOptions options)
    {
        _root = root;
        _writer = new LocalFileWriter(root, options);
        Parallelism = options.Parallelism;
    }

    public string Location => _root;

    public int Parallelism { get; }

    public Task CreateAsync(CancellationToken cancellationToken) => OnOwnThreadAsync(
        () =>
        {
            if (File.Exists(PathOf(RepositoryFile.Config)))
            {
                throw BackendErrors.RepositoryExists(_root);
            }

            LocalFolders.Create(_root);
        },
        null,
        cancellationToken);

    public Task SaveAsync(RepositoryFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => OnOwnThreadAsync(
        () => _writer.Write(file, content, cancellationToken), file, cancellationToken);

    public Task ReadAsync(RepositoryFile file, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (buffer.Length > InlineRead)
        {
            return Task.Run(() => Read(file, offset, buffer.Span), cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        Read(file, offset, buffer.Span);
        return Task.CompletedTask;
    }

    public Task<byte[]> ReadAllAsync(RepositoryFile file, long limit, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using var handle = Open(file);
            return Guard(file, () =>
            {
                var size = RandomAccess.GetLength(handle);
                if (size > limit)
                {
                    throw BackendErrors.TooLarge(file, _root, limit, size);
                }

                var content = new byte[size];
                Fill(handle, file, 0, content);
                return content;
            });
        },
        cancellationToken);

    public Task<long?> SizeAsync(RepositoryFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Guard(file, () =>
        {
            var info = new FileInfo(PathOf(file));
            return info.Exists ? info.Length : (long?)null;
        }));
    }

    public async IAsyncEnumerable<RepositoryFileInfo> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (kind == FileKind.Config)
        {
            yield break;
        }

        var folder = Path.Combine(_root, LocalLayout.FolderOf(kind));
        IEnumerable<string> folders = kind == FileKind.Pack
            ? Enumerable.Range(0, LocalLayout.PackFolders).Select(number => Path.Combine(folder, LocalLayout.PackFolderName(number)))
            : [folder];
        foreach (var each in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var found in await Task.Run(() => ListFolder(each), cancellationToken))
            {
                yield return found;
            }
        }
    }

    public Task DeleteAsync(RepositoryFile file, CancellationToken cancellationToken) => OnOwnThreadAsync(
        () =>
        {
            var path = PathOf(file);
            if (!File.Exists(path))
            {
                return;
            }

            File.Delete(path);
            if (file.Kind is FileKind.Snapshot or FileKind.Index or FileKind.Key)
            {
                // What follows such a removal relies on it: packs go once no index names them.
                LocalFolders.Flush(Path.GetDirectoryName(path)!);
            }
        },
        file,
        cancellationToken);

    public Task<int> RemoveAbandonedAsync(CancellationToken cancellationToken) => Task.Run(
        () => LocalFolders.RemoveAbandoned(_root, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(RepositoryFile file)
    {
        var (folder, name) = LocalLayout.Locate(file);
        return Path.Combine(_root, folder, name);
    }

    private List<RepositoryFileInfo> ListFolder(string folder)
    {
        try
        {
            return new FileSystemEnumerable<RepositoryFileInfo>(folder, ToInfo)
            {
                ShouldIncludePredicate = static (ref entry) => !entry.IsDirectory && LocalLayout.TryReadId(entry.FileName, out _),
            }.ToList();
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LocalErrors.Translate(e, null, _root);
        }

        static RepositoryFileInfo ToInfo(ref FileSystemEntry entry) =>
            new(LocalLayout.TryReadId(entry.FileName, out var id) ? id : default, entry.Length);
    }

    private void Read(RepositoryFile file, long offset, Span<byte> buffer)
    {
        using var handle = Open(file);
        try
        {
            Fill(handle, file, offset, buffer);
        }
        catch (Exception e) when (e is not BackendException && e is IOException or UnauthorizedAccessException)
        {
            throw LocalErrors.Translate(e, file, _root);
        }
    }

    private SafeFileHandle Open(RepositoryFile file) => Guard(
        file, () => File.OpenHandle(PathOf(file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));

    private void Fill(SafeFileHandle handle, RepositoryFile file, long offset, Span<byte> buffer)
    {
        var done = 0;
        while (done < buffer.Length)
        {
            var count = RandomAccess.Read(handle, buffer[done..], offset + done);
            if (count == 0)
            {
                throw BackendErrors.TooShort(file, _root, offset + buffer.Length, offset + done);
            }

            done += count;
        }
    }

    private T Guard<T>(RepositoryFile? file, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is not BackendException && e is IOException or UnauthorizedAccessException)
        {
            throw LocalErrors.Translate(e, file, _root);
        }
    }

    /// <summary>Flushing blocks for milliseconds; a pool thread held that long would slow the workers that share the pool.</summary>
    private Task OnOwnThreadAsync(Action act, RepositoryFile? file, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Guard(file, () =>
        {
            act();
            return true;
        }),
        cancellationToken,
        TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
        TaskScheduler.Default);
}
