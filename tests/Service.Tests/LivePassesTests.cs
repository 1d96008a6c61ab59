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

/// <summary>How often a large file that changes while it is read is read again before the freeze.</summary>
public sealed class LivePassesTests
{
    private const long Large = 200 << 20;

    /// <summary>The clock of files moves every ten milliseconds: after this what was written is older than the next flush, as far as anybody can tell.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(40);

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1, 2, false)]
    [InlineData(2, 3, false)]
    [InlineData(5, 3, true)]
    public async Task UntilSteady_DatabaseChangesInEachOfTheFirstPasses_OneInVainIsBadLuckAndTwoAreNot(int changes, int passesWanted, bool isLeft)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var server = await bench.AddServerAsync("Survival", await bench.StartGameAsync());
        await bench.SnapshotAsync(server.Id);
        var database = Path.Combine(bench.Root, "conf", "map.sqlite");
        using (var file = File.Create(database))
            file.SetLength(Large);
        await Task.Delay(Settled, ServiceBench.Cancel);
        var inspected = await bench.Get<Inspector>().InspectAsync(server.Id, null, ServiceBench.Cancel);
        await using var session = await bench.Get<RepositoryAccess>().WriteAsync(ServiceBench.Cancel);
        await using var archive = new ArchiveSession(session.Repository, await session.IndexAsync(ServiceBench.Cancel), AccountNames.Read());
        using var plan = CapturePlan.Open(inspected, null, bench.Get<GameFinder>().Of(inspected), bench.Get<HostFiles>(), []);

        // Asked whether to leave it out: before each pass, by what writes it back, by the pass, and by the estimate after it.
        var asked = 0;
        var options = new PassOptions
        {
            Excludes = (path, _) =>
            {
                if (!path.Bytes.Span.EndsWith(Encoding.ASCII.GetBytes(Path.GetFileName(database))))
                    return false;
                var place = asked++ % 3;
                if (place == 2)
                    Thread.Sleep(Settled); // No call to wait for: the pass itself asks.
                else if (place == 1 && asked / 3 < changes)
                    File.SetLastWriteTimeUtc(database, TimeProvider.System.GetUtcNow().UtcDateTime);
                return false;
            },
        };

        var left = await new LivePasses(archive, plan, plan.Items, options, new CaptureRules(), TimeProvider.System).UntilSteadyAsync(ServiceBench.Cancel);

        asked.ShouldBe(passesWanted * 3);
        (left.Bytes >= Large).ShouldBe(isLeft);
    }
}
