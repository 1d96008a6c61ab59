using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Backends;

/// <summary>The backend other tests stand on keeps the contract too, and its faults come when asked for.</summary>
public sealed class MemoryBackendTests : BackendContract
{
    [Fact]
    public async Task FailCall_SecondSave_FailsThatOneOnly()
    {
        var memory = (MemoryBackend)Backend;
        memory.FailCall(BackendOperation.Save, 2, BackendFailure.Broken);

        await StoreAsync([1]);
        (await Should.ThrowAsync<BackendException>(StoreAsync([2]))).Failure.ShouldBe(BackendFailure.Broken);
        await StoreAsync([3]);

        memory.OfKind(FileKind.Pack).Count().ShouldBe(2);
    }

    [Fact]
    public async Task Room_UsedUp_SaysNoSpaceAndDeletingGivesItBack()
    {
        ((MemoryBackend)Backend).Room = 100;
        var first = await StoreAsync(new byte[60]);

        (await Should.ThrowAsync<BackendException>(StoreAsync(new byte[61]))).Failure.ShouldBe(BackendFailure.NoSpace);
        await Backend.DeleteAsync(first, Token);

        await StoreAsync(new byte[61]);
    }

    protected override Task<IBackend> OpenAsync() => Task.FromResult<IBackend>(new MemoryBackend());
}
