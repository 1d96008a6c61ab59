namespace SnapshotBot.Storage.Backends;

/// <summary>Why a backend could not do what was asked.</summary>
public enum BackendFailure
{
    /// <summary>No such file, or no repository at that place.</summary>
    NotFound,

    /// <summary>There is a repository or file of that name already.</summary>
    AlreadyExists,

    /// <summary>No room left on the device or in the quota.</summary>
    NoSpace,

    /// <summary>The place can't be written: read-only, append-only or not permitted.</summary>
    Denied,

    /// <summary>The file is shorter than what was asked for, or larger than allowed.</summary>
    WrongSize,

    /// <summary>The place does not answer. Trying again may help.</summary>
    Unavailable,

    /// <summary>Reading or writing failed at the device.</summary>
    Broken,
}

/// <summary>A repository's file could not be read or written.</summary>
public sealed class BackendException(BackendFailure failure, RepositoryFile? file, string message, Exception? inner = null)
    : IOException(message, inner)
{
    public BackendFailure Failure { get; } = failure;

    public RepositoryFile? File { get; } = file;

    /// <summary>Whether the same call may go through later.</summary>
    public bool IsTransient => Failure == BackendFailure.Unavailable;
}
