using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using SnapshotBot.Storage.Backends;

namespace SnapshotBot.Testing.Backends;

/// <summary>A repository in memory whose calls can be watched, delayed and made to fail.</summary>
public sealed class MemoryBackend : IBackend, IListingDelay, IFileAges
{
    private readonly ConcurrentDictionary<RepositoryFile, byte[]> _files = new();
    private readonly ConcurrentQueue<BackendCall> _calls = new();
    private long _stored;

    public string Location => "memory";

    public int Parallelism { get; init; } = 2;

    TimeSpan IListingDelay.ListingDelay => TimeSpan.Zero;

    /// <summary>Called before each call; may wait, throw, or let it pass.</summary>
    public Func<BackendCall, CancellationToken, Task>? BeforeAsync { get; set; }

    /// <summary>Called after each call that went through.</summary>
    public Action<BackendCall>? After { get; set; }

    /// <summary>Room in bytes; a save beyond it fails with <see cref="BackendFailure.NoSpace"/>.</summary>
    public long Room { get; set; } = long.MaxValue;

    /// <summary>When files were written, for those that a test gave an age; unknown for others.</summary>
    public ConcurrentDictionary<RepositoryFile, DateTimeOffset> WrittenAt { get; } = new();

    /// <summary>Every call so far, in the order it began.</summary>
    public IReadOnlyCollection<BackendCall> Calls => _calls;

    /// <summary>All files, for tests that look behind the interface.</summary>
    public IReadOnlyDictionary<RepositoryFile, byte[]> Files => _files;

    public IEnumerable<RepositoryFile> OfKind(FileKind kind) => _files.Keys.Where(file => file.Kind == kind);

    /// <summary>Makes the n-th call of an operation from now on (counted from 1) fail.</summary>
    public void FailCall(BackendOperation operation, int number, BackendFailure failure)
    {
        var seen = 0;
        BeforeAsync = (call, _) => call.Operation == operation && Interlocked.Increment(ref seen) == number
            ? throw new BackendException(failure, call.File, "A failure that the test asked for.")
            : Task.CompletedTask;
    }

    /// <summary>Cuts a file to a length, as a broken disk would.</summary>
    public void Cut(RepositoryFile file, int length) => _files[file] = _files[file][..length];

    /// <summary>Inverts one byte of a file.</summary>
    public void Flip(RepositoryFile file, int offset)
    {
        var copy = (byte[])_files[file].Clone();
        copy[offset] ^= 0xFF;
        _files[file] = copy;
    }

    /// <summary>Takes a file away without a call.</summary>
    public void Lose(RepositoryFile file)
    {
        if (_files.TryRemove(file, out var content))
        {
            Interlocked.Add(ref _stored, -content.Length);
        }
    }

    /// <summary>Puts a file there without a call.</summary>
    public void Put(RepositoryFile file, byte[] content)
    {
        Lose(file);
        _files[file] = content;
        Interlocked.Add(ref _stored, content.Length);
    }

    /// <summary>A second repository with the same files and no faults.</summary>
    public MemoryBackend Copy()
    {
        var copy = new MemoryBackend { Parallelism = Parallelism };
        foreach (var (file, content) in _files)
        {
            copy.Put(file, content);
        }

        return copy;
    }

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.Create, RepositoryFile.Config, cancellationToken);
        if (_files.ContainsKey(RepositoryFile.Config))
        {
            throw new BackendException(BackendFailure.AlreadyExists, RepositoryFile.Config, "There is a repository already.");
        }

        End(call);
    }

    public async Task SaveAsync(RepositoryFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.Save, file, cancellationToken);
        if (Interlocked.Add(ref _stored, content.Length) > Room)
        {
            Interlocked.Add(ref _stored, -content.Length);
            throw new BackendException(BackendFailure.NoSpace, file, "No space left in memory.");
        }

        if (file.Kind != FileKind.Config)
        {
            _files[file] = content.ToArray();
        }
        else if (!_files.TryAdd(file, content.ToArray()))
        {
            throw new BackendException(BackendFailure.AlreadyExists, file, "There is a config file already.");
        }

        End(call);
    }

    public async Task ReadAsync(RepositoryFile file, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.Read, file, cancellationToken);
        var content = Find(file);
        if (offset + buffer.Length > content.Length)
        {
            throw new BackendException(BackendFailure.WrongSize, file, "The file is too short.");
        }

        content.AsMemory((int)offset, buffer.Length).CopyTo(buffer);
        End(call);
    }

    public async Task<byte[]> ReadAllAsync(RepositoryFile file, long limit, CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.ReadAll, file, cancellationToken);
        var content = Find(file);
        if (content.Length > limit)
        {
            throw new BackendException(BackendFailure.WrongSize, file, "The file is too large.");
        }

        End(call);
        return (byte[])content.Clone();
    }

    public async Task<long?> SizeAsync(RepositoryFile file, CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.Size, file, cancellationToken);
        End(call);
        return _files.TryGetValue(file, out var content) ? content.Length : null;
    }

    public async IAsyncEnumerable<RepositoryFileInfo> ListAsync(
        FileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.List, new RepositoryFile(kind, default), cancellationToken);
        foreach (var (file, content) in _files.Where(pair => pair.Key.Kind == kind && kind != FileKind.Config).ToList())
        {
            yield return new RepositoryFileInfo(file.Id, content.Length);
        }

        End(call);
    }

    public async Task DeleteAsync(RepositoryFile file, CancellationToken cancellationToken)
    {
        var call = await BeginAsync(BackendOperation.Delete, file, cancellationToken);
        Lose(file);
        End(call);
    }

    Task<DateTimeOffset?> IFileAges.WrittenAtAsync(RepositoryFile file, CancellationToken cancellationToken) =>
        Task.FromResult(WrittenAt.TryGetValue(file, out var at) ? at : (DateTimeOffset?)null);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private byte[] Find(RepositoryFile file) => _files.TryGetValue(file, out var content)
        ? content
        : throw new BackendException(BackendFailure.NotFound, file, $"{file.Kind} {file.Id.ToShortString()} is not there.");

    private async Task<BackendCall> BeginAsync(BackendOperation operation, RepositoryFile file, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = new BackendCall(operation, file);
        _calls.Enqueue(call);
        if (BeforeAsync is { } hook)
        {
            await hook(call, cancellationToken);
        }

        return call;
    }

    private void End(BackendCall call) => After?.Invoke(call);
}
