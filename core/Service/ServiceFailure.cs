using Microsoft.Data.Sqlite;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service;

/// <summary>Turns what broke into what happened, what was not harmed and what to do.</summary>
public static class ServiceFailure
{
    internal static OperationFailure Unknown => new(EndingClass.Failed, "unknown", "The operation failed and left no reason behind.", null);

    internal static OperationFailure NotHealed(HealedOperation left) => new(
        EndingClass.Refused,
        "not-healed",
        $"Operation {left.Id}{(left.Kind is null ? "" : $" ({left.Kind})")} was cut off and could not be taken back yet: {left.Error} Nothing was begun.",
        "Remove the cause (often: start the engine), then run the command again; every command tries to heal first.");

    /// <summary>Describes an exception of a read or an operation.</summary>
    public static OperationFailure Describe(Exception error) => error switch
    {
        UndoFailedException undo => new(
            EndingClass.Failed, "not-taken-back", undo.Message, "Look at the containers with 'docker ps -a', then run any command to try again."),
        JournalUnreadableException journal => new(EndingClass.Failed, "journal-unreadable", journal.Message, null),
        CatalogTooNewException catalog => new(EndingClass.Refused, "catalog-too-new", catalog.Message, "Use the version of this program that wrote it."),
        RepositoryDamagedException damaged => new(
            EndingClass.Failed, "repository-damaged", damaged.Message, "Run 'snapshotbot repository check --read-data' to see all of it."),
        BackendException backend => new(
            EndingClass.Failed, "repository-unreachable", backend.Message, "Nothing already in the repository was harmed."),
        FileSystemException { Failure: FileSystemFailure.NoSpace } full => new(
            EndingClass.Refused, "no-space", full.Message, "Make room on that file system, then run the command again."),
        FileSystemException files => new(EndingClass.Failed, "file-error", files.Message, null),
        SqliteException sqlite => new(
            EndingClass.Failed, "catalog-error", $"The catalog can't be used: {sqlite.Message}", "'snapshotbot catalog rebuild' makes a new one from the repository."),
        IOException io => new(EndingClass.Failed, "file-error", io.Message, null),
        UnauthorizedAccessException access => new(EndingClass.Failed, "permission", access.Message, "Run this as root."),
        _ => new(EndingClass.Failed, "unexpected", error.Message, "This is a mistake in the program; the log has the details."),
    };

    /// <summary>When taking back failed too, that is what matters most, but why it began is told along.</summary>
    internal static OperationFailure Describe(Exception ending, Exception cause)
    {
        var failure = Describe(ending);
        return ReferenceEquals(ending, cause) ? failure : failure with { Message = $"{Describe(cause).Message} {failure.Message}" };
    }
}
