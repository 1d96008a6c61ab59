using Shouldly;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>A database that changes as a whole between the last look and the freeze: players do not wait for it to be read.</summary>
public sealed class GrownDifferenceTests
{
    // What looks at the database, in order: what writes it back, a pass, the look whether that was enough, the look before the freeze, the freeze. It
    // changes right after the looks that are named.
    [Theory]
    [InlineData(new int[0], 5, 1)]
    [InlineData(new[] { 2 }, 8, 1)] // The look before the freeze sees it: another pass, a look, the freeze.
    [InlineData(new[] { 3 }, 9, 2)] // The freeze sees it, and is let go.
    [InlineData(new[] { 3, 7 }, 13, 3)]
    [InlineData(new[] { 3, 7, 11 }, 13, 3)] // What grows every time is read at last.
    public async Task Read_DatabaseChangesJustBeforeTheFreeze_IsReadWhileTheServerRuns(int[] changes, int looks, int freezes)
    {
        await using var database = await LargeDatabase.OpenAsync();
        var looked = 0;
        var passes = database.Passes(() =>
        {
            if (!changes.Contains(looked++))
                return;
            database.Change();
            LargeDatabase.Settle();
        });
        var context = database.Bench.NewOperation();
        await using var journal = context.Journal;

        var reading = await database.Bench.Get<MomentReader>().ReadAsync(database.Server, passes, context, ServiceBench.Cancel);

        looked.ShouldBe(looks);
        reading.Grade.ShouldBe(ConsistencyGrade.Frozen);
        reading.Warnings.ShouldBeEmpty();
        File.ReadLines(Path.Combine(context.Folder, "journal")).Count(line => line.Contains("settled", StringComparison.Ordinal)).ShouldBe(freezes);
        ServiceBench.StandsStill(await database.Bench.InspectAsync(database.Game)).ShouldBeFalse();
        journal.Open.ShouldBeEmpty();
    }
}
