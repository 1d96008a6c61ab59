using Shouldly;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class GatesTests
{
    private static readonly OperationScope One = OperationScope.OfServer("one");
    private static readonly OperationScope Two = OperationScope.OfServer("two");

    [Fact]
    public async Task Enter_SameServer_WaitsAndOthersPass()
    {
        var gates = new Gates();
        var first = await gates.EnterAsync(One, DataBench.Cancel);

        var second = gates.EnterAsync(One, DataBench.Cancel);
        var other = gates.EnterAsync(Two, DataBench.Cancel);

        (await other).Dispose();
        second.IsCompleted.ShouldBeFalse();
        first.Dispose();
        (await second).Dispose();
    }

    [Fact]
    public async Task Enter_AloneBehindShared_ComesBeforeThoseAfterIt()
    {
        var gates = new Gates();
        var first = await gates.EnterAsync(One, DataBench.Cancel);

        var alone = gates.EnterAsync(OperationScope.RepositoryAlone, DataBench.Cancel);
        var later = gates.EnterAsync(Two, DataBench.Cancel);

        alone.IsCompleted.ShouldBeFalse();
        later.IsCompleted.ShouldBeFalse();
        first.Dispose();
        var entered = await alone;
        later.IsCompleted.ShouldBeFalse();
        entered.Dispose();
        (await later).Dispose();
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_MakesRoom()
    {
        var gates = new Gates();
        using var cancel = new CancellationTokenSource();
        var first = await gates.EnterAsync(One, DataBench.Cancel);
        var alone = gates.EnterAsync(OperationScope.RepositoryAlone, cancel.Token);
        var later = gates.EnterAsync(Two, DataBench.Cancel);

        await cancel.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(alone);
        (await later).Dispose();
        first.Dispose();
    }

    [Fact]
    public async Task Enter_LaneIsFull_WaitsAndOthersPass()
    {
        var gates = new Gates();
        var lane = new OperationLane("scheduled", 1);
        var first = await gates.EnterAsync(One, lane, DataBench.Cancel);

        var second = gates.EnterAsync(Two, lane, DataBench.Cancel);
        var byHand = gates.EnterAsync(Two, DataBench.Cancel);

        second.IsCompleted.ShouldBeFalse();
        (await byHand).Dispose();
        first.Dispose();
        (await second).Dispose();
    }
}
