using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Backends;

public sealed class LocalBackendTests : BackendContract
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "snapshotbot-" + Guid.NewGuid().ToString("N"));

    private string Root => Path.Combine(_folder, "parent", "repository");

    [Fact]
    public async Task Create_NewPlace_MakesResticsFoldersForTheOwnerOnly()
    {
        await Backend.SaveAsync(RepositoryFile.Config, new byte[] { 1 }, Token);

        foreach (var folder in new[] { "", "keys", "locks", "snapshots", "index", "data", "data/00", "data/ff", ".." })
        {
            File.GetUnixFileMode(Path.Combine(Root, folder)).ShouldBe(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, folder);
        }

        File.GetUnixFileMode(Path.Combine(Root, "config")).ShouldBe(UnixFileMode.UserRead);
        Directory.GetDirectories(Path.Combine(Root, "data")).Length.ShouldBe(256);
    }

    [Fact]
    public async Task Save_Pack_LiesWhereResticLooksWithItsMode()
    {
        var file = await StoreAsync(new byte[10]);

        var path = Path.Combine(Root, "data", file.Id.ToString()[..2], file.Id.ToString());
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead);
    }

    [Fact]
    public async Task Save_ConfigReadableByTheGroup_GivesTheGroupReadingToo()
    {
        await Backend.SaveAsync(RepositoryFile.Config, new byte[] { 1 }, Token);
        File.SetUnixFileMode(Path.Combine(Root, "config"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Directory.Delete(Path.Combine(Root, "data/00"));
        var file = new RepositoryFile(FileKind.Pack, ObjectId.Parse(new string('0', 64)));

        await using var shared = new LocalBackend(Root, new LocalBackendOptions());
        await shared.SaveAsync(file, new byte[10], Token);

        File.GetUnixFileMode(Path.Combine(Root, "data/00", file.Id.ToString())).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (File.GetUnixFileMode(Path.Combine(Root, "data/00")) & UnixFileMode.GroupExecute).ShouldBe(UnixFileMode.GroupExecute);
    }

    [Fact]
    public async Task Save_FolderOfPacksMissing_IsMade()
    {
        Directory.Delete(Path.Combine(Root, "data"), recursive: true);

        var file = await StoreAsync(new byte[10]);

        (await Backend.SizeAsync(file, Token)).ShouldBe(10);
    }

    [Fact]
    public async Task List_TemporaryAndForeignFiles_AreLeftOut()
    {
        var file = await StoreAsync(new byte[10]);
        var folder = Path.Combine(Root, "data", file.Id.ToString()[..2]);
        await File.WriteAllTextAsync(Path.Combine(folder, file.Id + "-tmp-123"), "restic's", Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "README"), "a person's", Token);
        Directory.CreateDirectory(Path.Combine(folder, ObjectId.Random().ToString()));

        (await ListAsync(FileKind.Pack)).ShouldBe([new RepositoryFileInfo(file.Id, 10)]);
    }

    [Fact]
    public async Task RemoveAbandoned_DeadAndLivingWriters_TakesTheDeadOnesOnly()
    {
        var dead = Path.Combine(Root, "data/00", ObjectId.Random() + "-tmp-sb" + "1-1");
        var living = Path.Combine(Root, "index", ObjectId.Random() + "-tmp-sb" + "1-2");
        var restics = Path.Combine(Root, "data/01", ObjectId.Random() + "-tmp-99");
        await File.WriteAllTextAsync(dead, "half", Token);
        await File.WriteAllTextAsync(restics, "half", Token);
        using var writer = File.OpenHandle(living, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        RandomAccess.Write(writer, "half"u8, 0);

        (await ((IAbandonedFiles)Backend).RemoveAbandonedAsync(kind: null, Token)).ShouldBe(1);

        File.Exists(dead).ShouldBeFalse();
        File.Exists(living).ShouldBeTrue();
        File.Exists(restics).ShouldBeTrue();
    }

    [Fact]
    public async Task RemoveAbandoned_OfOneKind_LeavesTheOthers()
    {
        var halfLock = Path.Combine(Root, "locks", ObjectId.Random() + "-tmp-sb" + "1-1");
        var halfIndex = Path.Combine(Root, "index", ObjectId.Random() + "-tmp-sb" + "1-2");
        await File.WriteAllTextAsync(halfLock, "half", Token);
        await File.WriteAllTextAsync(halfIndex, "half", Token);

        (await ((IAbandonedFiles)Backend).RemoveAbandonedAsync(FileKind.Lock, Token)).ShouldBe(1);

        File.Exists(halfLock).ShouldBeFalse();
        File.Exists(halfIndex).ShouldBeTrue();
    }

    [Fact]
    public async Task Save_WhereNoRepositoryIs_SaysSoAndMakesNothing()
    {
        var elsewhere = Path.Combine(_folder, "nothing");
        await using var backend = new LocalBackend(elsewhere, new LocalBackendOptions());

        var error = await Should.ThrowAsync<BackendException>(
            backend.SaveAsync(new RepositoryFile(FileKind.Pack, ObjectId.Random()), new byte[1], Token));

        error.Failure.ShouldBe(BackendFailure.NotFound);
        Directory.Exists(elsewhere).ShouldBeFalse();
    }

    protected override Task<IBackend> OpenAsync() => Task.FromResult<IBackend>(new LocalBackend(Root, new LocalBackendOptions()));

    protected override Task CleanUpAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }
}
