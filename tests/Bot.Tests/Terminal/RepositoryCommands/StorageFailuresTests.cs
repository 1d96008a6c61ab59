using Shouldly;
using SnapshotBot.Bot.Terminal.RepositoryCommands;
using SnapshotBot.Service;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;
using Xunit;

namespace SnapshotBot.Bot.Tests.Terminal.RepositoryCommands;

public sealed class StorageFailuresTests
{
    [Fact]
    public void Of_WhateverStorageThrows_HasTheCodeAndExitThatOperationsGiveIt()
    {
        var pack = new RepositoryFile(FileKind.Pack, ObjectId.Hash([]));
        List<Exception> thrown =
        [
            new WrongPasswordException("/r"), new UnknownRepositoryVersionException(3), new RepositoryLockLostException(),
            new RepositoryLockedException(ObjectId.Hash([]), null, DateTimeOffset.UnixEpoch), new RepositoryDamagedException("broken"),
            .. Enum.GetValues<BackendFailure>().SelectMany(failure => (Exception[])
                [new BackendException(failure, null, "it"), new BackendException(failure, RepositoryFile.Config, "it"), new BackendException(failure, pack, "it")]),
            .. ((FileSystemFailure[])[FileSystemFailure.NoSpace, FileSystemFailure.ReadOnly, FileSystemFailure.AccessDenied, FileSystemFailure.TooManyOpen])
                .Select(failure => new FileSystemException(0, "Writing", "file"u8, failure)),
        ];

        foreach (var one in thrown)
        {
            var shown = StorageFailures.Of(one).ShouldNotBeNull();
            var kept = ServiceFailure.Describe(one);
            (shown.Code, shown.Exit.ToString()).ShouldBe((kept.Code, kept.Class.ToString()), $"{one.GetType().Name} {(one as BackendException)?.Failure} {(one as BackendException)?.File}");
        }
    }
}
