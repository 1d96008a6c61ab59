using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Backends;

/// <summary>Turns what the file system says into what a caller can act on.</summary>
internal static class LocalErrors
{
    public static BackendException Translate(FileSystemException error, RepositoryFile? file, string root)
    {
        var subject = file is { } known ? BackendErrors.Describe(known) : "the repository's folder";
        return Classify(error.Failure) switch
        {
            BackendFailure.NotFound when file is { } missing => BackendErrors.Missing(missing, root, error),
            BackendFailure.NotFound => new(BackendFailure.NotFound, file, $"There is no repository at {root}.", error),
            BackendFailure.AlreadyExists => new(
                BackendFailure.AlreadyExists, file, $"{BackendErrors.Capital(subject)} is at {root} already. Nothing was changed.", error),
            BackendFailure.NoSpace => new(
                BackendFailure.NoSpace,
                file,
                $"No space left at {root}. What was stored before is untouched, and nothing half-written was left. " +
                "Free some space, or forget snapshots and prune, then try again.",
                error),
            BackendFailure.Denied => new(
                BackendFailure.Denied,
                file,
                error.Failure == FileSystemFailure.ReadOnly
                    ? $"The disk at {root} can only be read. Nothing was changed."
                    : $"No permission at {root}: check who owns the folder and whether it is mounted read-only. Nothing was changed. ({BackendErrors.Capital(subject)}: {error.Message})",
                error),
            BackendFailure.Unavailable => new(
                BackendFailure.Unavailable, file, $"The system could not open {subject} at {root} just now. {error.Message}", error),
            _ => new(
                BackendFailure.Broken,
                file,
                $"Reading or writing {subject} at {root} failed. {error.Message} Look at the disk's health, then run check.",
                error),
        };
    }

    private static BackendFailure Classify(FileSystemFailure failure) => failure switch
    {
        FileSystemFailure.NotFound => BackendFailure.NotFound,
        FileSystemFailure.AlreadyExists => BackendFailure.AlreadyExists,
        FileSystemFailure.NoSpace => BackendFailure.NoSpace,
        FileSystemFailure.ReadOnly or FileSystemFailure.AccessDenied => BackendFailure.Denied,
        FileSystemFailure.TooManyOpen => BackendFailure.Unavailable,
        _ => BackendFailure.Broken,
    };
}
