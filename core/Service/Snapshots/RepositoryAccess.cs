using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Opens the repository: once a process, because deriving the key takes a while. Makes the data folder's own when there is none.</summary>
internal sealed class RepositoryAccess(DataFolder folder, ServiceOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Somebody waits for an answer: long enough for a lock that is only tried.</summary>
    private static readonly TimeSpan ReadersWait = TimeSpan.FromSeconds(2);

    /// <summary>Long enough for most who only read to be done.</summary>
    private static readonly TimeSpan ReadersTake = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private OpenRepository? _open;

    /// <summary>For reading: under a lock that keeps prune away, where one can be left; what is read-only or full is read without. Dispose it when done.</summary>
    public async Task<RepositorySession> ReadAsync(CancellationToken cancellationToken)
    {
        var repository = await OpenAsync(Missing.Refuse, cancellationToken);
        return new(repository, await RepositoryLocking.AcquireToReadAsync(repository, new LockOptions { Retry = ReadersWait }, time, cancellationToken));
    }

    /// <summary>For work that writes or must not have data removed under it: under a lock other programs see. Dispose it when done.</summary>
    public async Task<RepositorySession> WriteAsync(CancellationToken cancellationToken)
    {
        var repository = await OpenAsync(Missing.Make, cancellationToken);
        var held = await RepositoryLocking.AcquireAsync(repository, LockMode.Shared, new LockOptions(), time, cancellationToken);
        return new(repository, held);
    }

    /// <summary>For what removes data: under a lock that keeps every other program out. Dispose it when done.</summary>
    public async Task<RepositorySession> AloneAsync(CancellationToken cancellationToken)
    {
        var repository = await OpenAsync(Missing.Refuse, cancellationToken);
        var held = await RepositoryLocking.AcquireAsync(repository, LockMode.Exclusive, new LockOptions { Retry = ReadersTake }, time, cancellationToken);
        return new(repository, held);
    }

    /// <summary>Where the repository is, for people; never shows a password.</summary>
    public string LocationText => Location().ToString();

    /// <summary>Opens another repository; makes it when there is none, cut like this one. The caller disposes it.</summary>
    /// <param name="location">Where.</param>
    /// <param name="password">Its password; null for this repository's own.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<OpenRepository> OpenOtherAsync(RepositoryLocation location, string? password, CancellationToken cancellationToken)
    {
        var own = await OpenAsync(Missing.Refuse, cancellationToken);
        var backend = BackendFactory.Open(location, time);
        try
        {
            var opener = new RepositoryOpener(time);
            return await backend.SizeAsync(RepositoryFile.Config, cancellationToken) is null
                ? await opener.CreateLikeAsync(backend, password ?? Password(make: false), own, cancellationToken)
                : await opener.OpenAsync(backend, password ?? Password(make: false), cancellationToken);
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes of all files of the repository, and how many snapshots; read from names and sizes, so it needs no password.</summary>
    public async Task<(long Bytes, int Snapshots)> MeasureAsync(CancellationToken cancellationToken)
    {
        await using var backend = BackendFactory.Open(Location(), time);
        if (await backend.SizeAsync(RepositoryFile.Config, cancellationToken) is null)
            return (0, 0);
        var (bytes, snapshots) = (0L, 0);
        foreach (var kind in (FileKind[])[FileKind.Pack, FileKind.Index, FileKind.Snapshot, FileKind.Key])
        {
            await foreach (var file in backend.ListAsync(kind, cancellationToken))
            {
                bytes += file.Size;
                snapshots += kind == FileKind.Snapshot ? 1 : 0;
            }
        }

        return (bytes, snapshots);
    }

    /// <summary>The snapshot files' ids, read from their names: needs no password. None when there is no repository yet.</summary>
    public async Task<IReadOnlySet<string>> ListNamesAsync(CancellationToken cancellationToken)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await using var backend = BackendFactory.Open(Location(), time);
        if (await backend.SizeAsync(RepositoryFile.Config, cancellationToken) is null)
            return ids;
        await foreach (var file in backend.ListAsync(FileKind.Snapshot, cancellationToken))
            ids.Add(file.Id.ToString());
        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        if (_open is not null)
            await _open.DisposeAsync();
        _gate.Dispose();
    }

    /// <summary>The folder of a local repository, or null: what must not fill up, and must not be captured into itself.</summary>
    public string? LocalPath => Location() is RepositoryLocation.Local local ? local.Path : null;

    private async Task<OpenRepository> OpenAsync(Missing missing, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _open ??= await OpenOnceAsync(missing, cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<OpenRepository> OpenOnceAsync(Missing missing, CancellationToken cancellationToken)
    {
        var backend = BackendFactory.Open(Location(), time);
        try
        {
            var opener = new RepositoryOpener(time);

            // Only the data folder's own is made unasked: a mistyped place must not become an empty repository.
            var make = missing == Missing.Make && options.Repository is null
                && await backend.SizeAsync(RepositoryFile.Config, cancellationToken) is null;
            var password = Password(make);
            if (!make)
                return await opener.OpenAsync(backend, password, cancellationToken);
            var made = await opener.CreateAsync(backend, password, cancellationToken);
            options.Notice(new ServiceNotice.RepositoryMade(backend.Location));
            return made;
        }
        catch
        {
            await backend.DisposeAsync();
            throw;
        }
    }

    private string Password(bool make)
    {
        if (options.Password is { } given)
            return given.Value;
        if (!make && !folder.HasPassword())
            throw new NoPasswordException(folder.PasswordPath);
        var password = folder.ReadOrMakePassword();
        if (password.Source == PasswordSource.MadeNow)
            options.Notice(new ServiceNotice.PasswordMade(password.Path));
        return password.Value;
    }

    private RepositoryLocation Location() =>
        RepositoryLocation.TryParse(options.Repository ?? folder.RepositoryPath, Environment.CurrentDirectory, out var location, out var problem)
            ? location
            : throw new BadRepositoryException(problem);

    private enum Missing
    {
        Refuse,
        Make,
    }
}

/// <summary>The repository for one piece of work; the index is read when first needed.</summary>
internal sealed class RepositorySession(OpenRepository repository, RepositoryLock? held) : IAsyncDisposable
{
    private LoadedIndex? _index;

    public OpenRepository Repository { get; } = repository;

    public SnapshotFiles Files { get; } = new(repository);

    /// <summary>Fires when others may begin to remove what is being worked with.</summary>
    public CancellationToken Lost => held?.Lost ?? CancellationToken.None;

    public void ThrowIfLost() => held?.ThrowIfLost();

    /// <summary>The lock this session holds.</summary>
    public RepositoryLock Held => held ?? throw new InvalidOperationException("This session holds no lock.");

    /// <summary>Index files that could not be read are told by the check; what they named shows as missing.</summary>
    public async Task<BlobIndex> IndexAsync(CancellationToken cancellationToken)
    {
        _index ??= await IndexLoader.LoadAsync(Repository, cancellationToken);
        return _index.Index;
    }

    public async Task<BlobReader> BlobsAsync(CancellationToken cancellationToken) => new(Repository, await IndexAsync(cancellationToken));

    public async Task<TreeLoader> TreesAsync(CancellationToken cancellationToken) => new(await BlobsAsync(cancellationToken));

    public ValueTask DisposeAsync() => held?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>There is a repository, and nobody gave its password.</summary>
public sealed class NoPasswordException(string path) : Exception(
    $"There is no password for the repository: neither SNAPSHOTBOT_REPOSITORY_PASSWORD nor SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE is set, and {path} is not there. Nothing was changed.");

/// <summary>The text given does not name a repository.</summary>
public sealed class BadRepositoryException(string problem) : Exception(problem);
