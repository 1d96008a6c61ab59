using Microsoft.Data.Sqlite;
using SnapshotBot.Engine;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;

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
        Capture.RefusedException refused => new(refused.Refusal.Class, "refused", refused.Message, null),
        Restore.StagingImpossibleException impossible => new(
            EndingClass.Failed, "not-restorable", impossible.Message, "'snapshotbot snapshot verify' names everything that is damaged; what is intact restores with --path."),
        Restore.SwapFailedException swap => new(EndingClass.Failed, "swap-failed", swap.Message, null),
        NoPasswordException none => new(
            EndingClass.BadInput, "no-password", none.Message, "Put the repository's password into one of them."),
        BadRepositoryException bad => new(EndingClass.BadInput, "bad-repository", bad.Message, null),
        SnapshotGoneException gone => new(EndingClass.NotFound, "snapshot-gone", gone.Message, null),
        ServerGoneException gone => new(EndingClass.NotFound, "server-gone", gone.Message, null),
        RunStateChangedException changed => new(
            EndingClass.Refused, "run-state-changed", $"{changed.Message} What had been begun was taken back.", "Find out what starts or stops it, then run the command again."),
        ThawFailedException thaw => new(
            EndingClass.Failed, "thaw-failed", thaw.Message, "Look with 'docker ps' whether it is paused; 'docker unpause NAME' lets it run, and every command here tries to."),
        EngineUnavailableException engine => new(
            EndingClass.Failed, "engine-unavailable", engine.Message, "Start the engine, then run the command again."),
        EngineNotFoundException missing => new(EndingClass.NotFound, "engine-not-found", missing.Message, null),
        EngineException engine => new(EndingClass.Failed, "engine-error", engine.Message, null),
        WrongPasswordException password => new(
            EndingClass.BadInput, "wrong-password", password.Message, "Give the password this repository was made with (SNAPSHOTBOT_REPOSITORY_PASSWORD or _FILE)."),
        UnknownRepositoryVersionException version => new(EndingClass.BadInput, "repository-version", version.Message, "Use a program that knows this version."),
        RepositoryLockedException locked => new(
            EndingClass.Refused, "repository-locked", locked.Message, "Wait for the other program to end, or run 'snapshotbot repository unlock' when it is dead."),
        RepositoryLockLostException lost => new(EndingClass.Failed, "repository-lock-lost", lost.Message, "Run the command again."),
        RepositoryDamagedException damaged => new(
            EndingClass.Failed, "repository-damaged", damaged.Message, "Run 'snapshotbot repository check --read-data' to see all of it."),
        BackendException { Failure: BackendFailure.NoSpace } full => new(
            EndingClass.Refused, "no-space", full.Message, "Make room where the repository is, then run the command again. Snapshots already made are not harmed."),
        BackendException { Failure: BackendFailure.Denied } denied => new(
            EndingClass.Refused, "repository-read-only", denied.Message, "Make the repository writable, then run the command again. Nothing was harmed."),
        BackendException { Failure: BackendFailure.NotFound, File: null or { Kind: FileKind.Config } } none => new(
            EndingClass.NotFound, "no-repository", none.Message, "Check SNAPSHOTBOT_REPOSITORY, or make one with 'snapshotbot repository init'."),
        BackendException { Failure: BackendFailure.NotFound or BackendFailure.WrongSize } damaged => new(
            EndingClass.Failed, "repository-damaged", damaged.Message, "Run 'snapshotbot repository check --read-data' to see all of it."),
        BackendException { Failure: BackendFailure.AlreadyExists } there => new(
            EndingClass.Refused, "already-exists", there.Message, "Use it as it is, or name another place. Nothing was harmed."),
        BackendException { Failure: BackendFailure.Unavailable } backend => new(
            EndingClass.Failed, "repository-unreachable", backend.Message, "Nothing already in the repository was harmed."),
        BackendException backend => new(
            EndingClass.Failed, "repository-broken", backend.Message, "Check the disk, then run 'snapshotbot repository check'. Nothing already in the repository was changed."),
        FileSystemException { Failure: FileSystemFailure.NoSpace } full => new(
            EndingClass.Refused, "no-space", full.Message, "Make room on that file system, then run the command again."),
        FileSystemException { Failure: FileSystemFailure.ReadOnly or FileSystemFailure.AccessDenied } denied => new(
            EndingClass.Refused, "read-only", denied.Message, "Make the place writable for this user, then run the command again."),
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
