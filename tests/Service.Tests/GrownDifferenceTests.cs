using System.Text;
using Shouldly;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>A database that changes as a whole between the last look and the freeze: players do not wait for it to be read.</summary>
public sealed class GrownDifferenceTests
{
    private const long Large = 200 << 20;

    /// <summary>The clock of files moves every ten milliseconds: after this what was written is older than the next flush, as far as anybody can tell.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(40);

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
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        await bench.SnapshotAsync(server.Id);
        var database = Path.Combine(bench.Root, "conf", "map.sqlite");
        using (var file = File.Create(database))
            file.SetLength(Large);
        await Task.Delay(Settled, ServiceBench.Cancel);
        var inspected = await bench.Get<Inspector>().InspectAsync(server.Id, null, ServiceBench.Cancel);
        await using var session = await bench.Get<RepositoryAccess>().WriteAsync(ServiceBench.Cancel);
        await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(ServiceBench.Cancel), AccountNames.Read());
        using var plan = CapturePlan.Open(inspected, null, bench.Get<GameFinder>().Of(inspected), bench.Get<HostFiles>(), []);
        var looked = 0;
        var options = new PassOptions
        {
            // Asked once by each look, after it has the file's times.
            Excludes = (path, _) =>
            {
                if (path.Bytes.Span.EndsWith(Encoding.ASCII.GetBytes(Path.GetFileName(database))) && changes.Contains(looked++))
                {
                    File.SetLastWriteTimeUtc(database, TimeProvider.System.GetUtcNow().UtcDateTime);
                    Thread.Sleep(Settled); // No call to wait for: the look itself asks.
                }

                return false;
            },
        };
        var passes = new LivePasses(archive, plan, plan.Items, options, new CaptureRules(), TimeProvider.System);
        var context = bench.NewOperation();
        await using var journal = context.Journal;

        var reading = await bench.Get<MomentReader>().ReadAsync(inspected, passes, context, ServiceBench.Cancel);

        looked.ShouldBe(looks);
        reading.Grade.ShouldBe(ConsistencyGrade.Frozen);
        reading.Warnings.ShouldBeEmpty();
        File.ReadLines(Path.Combine(context.Folder, "journal")).Count(line => line.Contains("settled", StringComparison.Ordinal)).ShouldBe(freezes);
        (await bench.InspectAsync(game)).State.IsPaused.ShouldBeFalse();
        journal.Open.ShouldBeEmpty();
    }
}
