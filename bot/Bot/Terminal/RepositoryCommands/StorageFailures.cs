using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>What the storage layer throws, in words.</summary>
internal static class StorageFailures
{
    public static Failure? Of(Exception exception) => exception switch
    {
        WrongPasswordException wrong => RepositoryFailures.WrongPassword(wrong.Message),
        UnknownRepositoryVersionException unknown => RepositoryFailures.UnknownVersion(unknown.Version),
        RepositoryLockedException locked => RepositoryFailures.Locked(locked.Message),
        RepositoryLockLostException lost => RepositoryFailures.LockLost(lost.Message),
        RepositoryDamagedException damaged => RepositoryFailures.Damaged(damaged.Message),
        BackendException backend => backend.Failure switch
        {
            BackendFailure.NotFound when backend.File is null || backend.File.Value.Kind == FileKind.Config =>
                RepositoryFailures.NoRepository(backend.Message),
            BackendFailure.NotFound or BackendFailure.WrongSize => RepositoryFailures.Damaged(backend.Message),
            BackendFailure.AlreadyExists => RepositoryFailures.AlreadyThere(backend.Message),
            BackendFailure.NoSpace => RepositoryFailures.NoSpace(backend.Message),
            BackendFailure.Denied => RepositoryFailures.ReadOnly(backend.Message),
            BackendFailure.Unavailable => RepositoryFailures.Unreachable(backend.Message),
            _ => RepositoryFailures.Broken(backend.Message),
        },
        FileSystemException files => files.Failure switch
        {
            FileSystemFailure.NoSpace => RepositoryFailures.NoSpace(files.Message),
            FileSystemFailure.ReadOnly or FileSystemFailure.AccessDenied => RepositoryFailures.ReadOnlyFiles(files.Message),
            FileSystemFailure.NotFound => RepositoryFailures.NoSuchFile(files.Message),
            _ => RepositoryFailures.BrokenFiles(files.Message),
        },
        _ => null,
    };
}
