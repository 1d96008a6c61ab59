using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Backends;

/// <summary>The kinds of file a repository is made of.</summary>
public enum FileKind
{
    Config,
    Key,
    Lock,
    Snapshot,
    Index,
    Pack,
}

/// <summary>Names one file of a repository. <see cref="FileKind.Config"/> has no id.</summary>
public readonly record struct RepositoryFile(FileKind Kind, ObjectId Id)
{
    public static RepositoryFile Config => new(FileKind.Config, default);
}

/// <summary>A file as a backend lists it, with its size in bytes.</summary>
public readonly record struct RepositoryFileInfo(ObjectId Id, long Size);

/// <summary>
/// Keeps the files of one repository. Files are written once and never changed. Implementations are safe for concurrent calls.
/// Every failure is a <see cref="BackendException"/>.
/// </summary>
public interface IBackend : IAsyncDisposable
{
    /// <summary>Where the files are, for people; holds no password.</summary>
    string Location { get; }

    /// <summary>Pack writes that may usefully be under way at once.</summary>
    int Parallelism { get; }

    /// <summary>Makes the place for a new repository. Fails when there is one already.</summary>
    Task CreateAsync(CancellationToken cancellationToken);

    /// <summary>Writes a whole file: when this returns, the file is durable under its name, complete or not there at all.</summary>
    /// <remarks><paramref name="content"/> stays the caller's and must not change until the task ends. Content in page-aligned memory
    /// may be written past the page cache.</remarks>
    Task SaveAsync(RepositoryFile file, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Fills the buffer from an offset; too short a file is a <see cref="BackendException"/>.</summary>
    Task ReadAsync(RepositoryFile file, long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Reads a whole file; refuses one above <paramref name="limit"/> bytes.</summary>
    Task<byte[]> ReadAllAsync(RepositoryFile file, long limit, CancellationToken cancellationToken);

    /// <summary>The file's size in bytes, or null when it is not there.</summary>
    Task<long?> SizeAsync(RepositoryFile file, CancellationToken cancellationToken);

    /// <summary>All files of a kind in no order. Names that are not ids are left out.</summary>
    IAsyncEnumerable<RepositoryFileInfo> ListAsync(FileKind kind, CancellationToken cancellationToken);

    /// <summary>Removes a file; one that is not there is no error.</summary>
    Task DeleteAsync(RepositoryFile file, CancellationToken cancellationToken);
}
