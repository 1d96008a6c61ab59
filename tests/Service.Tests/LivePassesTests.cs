using Shouldly;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>How often a large file that changes while it is read is read again before the freeze.</summary>
public sealed class LivePassesTests
{
    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 2, false)]
    [InlineData(2, 3, false)]
    [InlineData(5, 3, true)]
    public async Task UntilSteady_DatabaseChangesInEachOfTheFirstPasses_OneInVainIsBadLuckAndTwoAreNot(int changes, int passesWanted, bool isLeft)
    {
        await using var database = await LargeDatabase.OpenAsync();

        // Looked at before each pass, by what writes it back, by the pass, and by the estimate after it.
        var looked = 0;
        var passes = database.Passes(() =>
        {
            var place = looked++ % 3;
            if (place == 2)
                LargeDatabase.Settle();
            else if (place == 1 && looked / 3 < changes)
                database.Change();
        });

        var left = await passes.UntilSteadyAsync(ServiceBench.Cancel);

        looked.ShouldBe(passesWanted * 3);
        (left.Bytes >= LargeDatabase.Size).ShouldBe(isLeft);
    }
}
