using System.Security.Cryptography;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using Xunit;

namespace SnapshotBot.Storage.Tests.Backends;

/// <summary>What every backend promises; one class per backend runs it.</summary>
public abstract class BackendContract : IAsyncLifetime
{
    private static readonly FileKind[] Named = [FileKind.Key, FileKind.Lock, FileKind.Snapshot, FileKind.Index, FileKind.Pack];

    protected IBackend Backend { get; private set; } = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Backend = await OpenAsync();
        await Backend.CreateAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Backend.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(300_001)]
    [InlineData(5 << 20)]
    public async Task Save_AnySize_ReadsBackWhole(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var file = new RepositoryFile(FileKind.Pack, ObjectId.Hash(content));

        await Backend.SaveAsync(file, content, Token);

        (await Backend.ReadAllAsync(file, size, Token)).ShouldBe(content);
        (await Backend.SizeAsync(file, Token)).ShouldBe(size);
    }

    [Fact]
    public async Task Save_EveryKind_IsListedUnderItsKindOnly()
    {
        var files = Named.ToDictionary(kind => kind, _ => ObjectId.Random());
        foreach (var (kind, id) in files)
        {
            await Backend.SaveAsync(new RepositoryFile(kind, id), new byte[10 + (int)kind], Token);
        }

        foreach (var (kind, id) in files)
        {
            (await ListAsync(kind)).ShouldBe([new RepositoryFileInfo(id, 10 + (int)kind)]);
        }
    }

    [Fact]
    public async Task Save_ManyAtOnce_AllAreListedWithTheirSizes()
    {
        var files = Enumerable.Range(1, 64).Select(size => new RepositoryFileInfo(ObjectId.Random(), size * 1000)).ToList();

        await Task.WhenAll(files.Select(file => Backend.SaveAsync(new RepositoryFile(FileKind.Pack, file.Id), new byte[file.Size], Token)));

        (await ListAsync(FileKind.Pack)).ShouldBe(files, ignoreOrder: true);
    }

    [Fact]
    public async Task Save_SameFileTwice_IsNoError()
    {
        var file = new RepositoryFile(FileKind.Pack, ObjectId.Random());
        await Backend.SaveAsync(file, new byte[100], Token);

        await Backend.SaveAsync(file, new byte[100], Token);

        (await Backend.SizeAsync(file, Token)).ShouldBe(100);
    }

    [Fact]
    public async Task Save_SecondConfig_IsRefusedAndTheFirstStays()
    {
        await Backend.SaveAsync(RepositoryFile.Config, new byte[] { 1 }, Token);

        var error = await Should.ThrowAsync<BackendException>(Backend.SaveAsync(RepositoryFile.Config, new byte[] { 2 }, Token));

        error.Failure.ShouldBe(BackendFailure.AlreadyExists);
        (await Backend.ReadAllAsync(RepositoryFile.Config, 10, Token)).ShouldBe([1]);
    }

    [Fact]
    public async Task Create_WhereConfigIs_IsRefused()
    {
        await Backend.SaveAsync(RepositoryFile.Config, new byte[] { 1 }, Token);

        (await Should.ThrowAsync<BackendException>(Backend.CreateAsync(Token))).Failure.ShouldBe(BackendFailure.AlreadyExists);
    }

    [Fact]
    public async Task Create_AfterOneThatWasKilledBeforeItsConfig_GoesThrough() => await Backend.CreateAsync(Token);

    [Fact]
    public async Task Save_CancelledBefore_LeavesNothing()
    {
        var file = new RepositoryFile(FileKind.Pack, ObjectId.Random());

        await Should.ThrowAsync<OperationCanceledException>(Backend.SaveAsync(file, new byte[100], new CancellationToken(canceled: true)));

        (await Backend.SizeAsync(file, Token)).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 1000)]
    [InlineData(999, 1)]
    [InlineData(123, 456)]
    [InlineData(1000, 0)]
    public async Task Read_Range_FillsExactlyThat(int offset, int length)
    {
        var content = RandomNumberGenerator.GetBytes(1000);
        var file = await StoreAsync(content);
        var buffer = new byte[length];

        await Backend.ReadAsync(file, offset, buffer, Token);

        buffer.ShouldBe(content[offset..(offset + length)]);
    }

    [Theory]
    [InlineData(0, 1001)]
    [InlineData(900, 101)]
    [InlineData(1000, 1)]
    [InlineData(5000, 10)]
    public async Task Read_PastTheEnd_SaysWrongSize(int offset, int length)
    {
        var file = await StoreAsync(new byte[1000]);

        var error = await Should.ThrowAsync<BackendException>(Backend.ReadAsync(file, offset, new byte[length], Token));

        error.Failure.ShouldBe(BackendFailure.WrongSize);
        error.File.ShouldBe(file);
    }

    [Fact]
    public async Task Read_LargeRange_FillsExactlyThat()
    {
        var content = RandomNumberGenerator.GetBytes(4 << 20);
        var file = await StoreAsync(content);
        var buffer = new byte[3 << 20];

        await Backend.ReadAsync(file, 12345, buffer, Token);

        buffer.AsSpan().SequenceEqual(content.AsSpan(12345, buffer.Length)).ShouldBeTrue();
    }

    [Fact]
    public async Task ReadAll_AboveTheLimit_SaysWrongSize()
    {
        var file = await StoreAsync(new byte[1000]);

        (await Should.ThrowAsync<BackendException>(Backend.ReadAllAsync(file, 999, Token))).Failure.ShouldBe(BackendFailure.WrongSize);
    }

    [Fact]
    public async Task Read_MissingFile_SaysNotFoundAndNamesIt()
    {
        var file = new RepositoryFile(FileKind.Index, ObjectId.Random());

        var whole = await Should.ThrowAsync<BackendException>(Backend.ReadAllAsync(file, 10, Token));
        var range = await Should.ThrowAsync<BackendException>(Backend.ReadAsync(file, 0, new byte[1], Token));

        whole.Failure.ShouldBe(BackendFailure.NotFound);
        whole.File.ShouldBe(file);
        range.Failure.ShouldBe(BackendFailure.NotFound);
        range.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task Size_MissingFile_IsNull() =>
        (await Backend.SizeAsync(new RepositoryFile(FileKind.Pack, ObjectId.Random()), Token)).ShouldBeNull();

    [Fact]
    public async Task Delete_TwiceAndMissing_IsNoError()
    {
        foreach (var kind in Named)
        {
            var file = new RepositoryFile(kind, ObjectId.Random());
            await Backend.SaveAsync(file, new byte[5], Token);

            await Backend.DeleteAsync(file, Token);
            await Backend.DeleteAsync(file, Token);

            (await Backend.SizeAsync(file, Token)).ShouldBeNull();
            (await ListAsync(kind)).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task List_NothingStored_IsEmptyForEveryKind()
    {
        foreach (var kind in Enum.GetValues<FileKind>())
        {
            (await ListAsync(kind)).ShouldBeEmpty();
        }
    }

    protected abstract Task<IBackend> OpenAsync();

    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    protected async Task<RepositoryFile> StoreAsync(byte[] content)
    {
        var file = new RepositoryFile(FileKind.Pack, ObjectId.Hash(content));
        await Backend.SaveAsync(file, content, Token);
        return file;
    }

    protected async Task<List<RepositoryFileInfo>> ListAsync(FileKind kind)
    {
        var found = new List<RepositoryFileInfo>();
        await foreach (var file in Backend.ListAsync(kind, Token))
        {
            found.Add(file);
        }

        return found;
    }
}
