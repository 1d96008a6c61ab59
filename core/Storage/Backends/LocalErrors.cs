namespace SnapshotBot.Storage.Backends;

/// <summary>Turns what the kernel says into what a caller can act on.</summary>
internal static class LocalErrors
{
    public static BackendException Translate(Exception error, RepositoryFile? file, string root)
    {
        var subject = file is { } known ? BackendErrors.Describe(known) : "the repository's folder";
        return Classify(error) switch
        {
            BackendFailure.NotFound when file is { } missing => BackendErrors.Missing(missing, root, error),
            BackendFailure.NotFound => new(BackendFailure.NotFound, file, $"There is no repository at {root}.", error),
            BackendFailure.AlreadyExists => new(
                BackendFailure.AlreadyExists, file, $"{BackendErrors.Capital(subject)} is at {root} already. Nothing was changed.", error),
            BackendFailure.NoSpace => new(
                BackendFailure.NoSpace,
                file,
                $"No space left at {root} to write {subject}. What was stored before is untouched, and nothing half-written was left. " +
                "Free some space, or forget snapshots and prune, then try again.",
                error),
            BackendFailure.Denied => new(
                BackendFailure.Denied,
                file,
                $"No permission for {subject} at {root}: {error.Message} Nothing was changed. Check who owns the folder and whether it is mounted read-only.",
                error),
            BackendFailure.Unavailable => new(
                BackendFailure.Unavailable, file, $"The system could not open {subject} at {root} just now: {error.Message}", error),
            _ => new(
                BackendFailure.Broken,
                file,
                $"Reading or writing {subject} at {root} failed: {error.Message} Look at the disk's health, then run check.",
                error),
        };
    }

    private static BackendFailure Classify(Exception error) => error switch
    {
        UnauthorizedAccessException => BackendFailure.Denied,
        FileNotFoundException or DirectoryNotFoundException => BackendFailure.NotFound,
        IOException { HResult: var number } => FromNumber(number),
        _ => BackendFailure.Broken,
    };

    /// <summary>On Unix an IOException carries the error number as its HResult.</summary>
    private static BackendFailure FromNumber(int number) => number switch
    {
        2 or 20 => BackendFailure.NotFound, // ENOENT, ENOTDIR
        17 => BackendFailure.AlreadyExists, // EEXIST
        28 or 122 or 27 => BackendFailure.NoSpace, // ENOSPC, EDQUOT, EFBIG
        1 or 13 or 30 => BackendFailure.Denied, // EPERM, EACCES, EROFS
        4 or 11 or 12 or 23 or 24 or 110 or 116 => BackendFailure.Unavailable, // EINTR, EAGAIN, ENOMEM, ENFILE, EMFILE, ETIMEDOUT, ESTALE
        _ => BackendFailure.Broken,
    };
}
