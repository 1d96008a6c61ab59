using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Tests.Notifications;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using Xunit;

namespace SnapshotBot.Bot.Tests.Interactions;

/// <summary>What people are told of operations that are over, and of one that is in their way.</summary>
public sealed class OperationRouteTests
{
    private const string Log = "[04:00:02] \\u001b[31mFATAL\\u001b[0m world of a later version; lost Anna (203.0.113.7)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Details_OfARestoreThatWasSwappedBack_ShowTheLastLinesToOperatorsOnly(bool isOperator)
    {
        await using var bench = await HostBench.OpenAsync();
        await bench.AddServerAsync();
        (await (await bench.ServiceAsync<SettingChanges>()).SetAsync(SettingKind.Viewer, "everyone", HostBench.Guild, Cancel)).ShouldBeOfType<SettingOutcome.Set>();
        var id = await EnqueueAsync(bench);
        await EndAsync(bench, id, TimeSpan.FromSeconds(90), $$"""{"is":"swapped-back","snapshot":"0123456789abcdef","container":"mc","reason":"it ended with exit code 3","log":"{{Log}}\n"}""");

        await new Dispatcher(bench.Host.Desk, NullLogger.Instance).InteractAsync(bench.Press("details:" + id.Value) with { Permissions = isOperator ? ChatPermissions.Administrator : ChatPermissions.None }, Cancel);

        var answer = bench.Chat.Answers.ShouldHaveSingleItem();
        answer.ShouldContain("snapshot restore");
        answer.Contains("`[04:00:02] FATAL world of a later version; lost Anna (203.0.113.7)`", StringComparison.Ordinal).ShouldBe(isOperator, answer);
        answer.Contains("203.0.113.7", StringComparison.Ordinal).ShouldBe(isOperator, answer);
    }

    [Fact]
    public async Task LeftOf_OneLikeItTookSoLongBefore_IsWhatIsLeftOfThat()
    {
        await using var bench = await HostBench.OpenAsync();
        await bench.AddServerAsync();
        var reads = await bench.ServiceAsync<OperationReads>();
        var running = await EnqueueAsync(bench);
        await bench.ChangeCatalogAsync($"UPDATE operations SET \"State\" = 1, \"StartedAt\" = {Ticks(bench.Clock.GetUtcNow())} WHERE \"Id\" = '{running.Value}'");
        OperationInfo Now() => reads.Find(running.Value).ShouldBeOfType<OperationFound.One>().Operation;
        reads.LeftOf(Now()).ShouldBeNull("nothing is known of how long it takes");

        foreach (var seconds in (int[])[100, 40, 300])
        {
            await EndAsync(bench, await EnqueueAsync(bench), TimeSpan.FromSeconds(seconds), """{"is":"nothing-differs","snapshot":"0123456789abcdef"}""");
        }

        reads.LeftOf(Now()).ShouldBe(TimeSpan.FromSeconds(100));
        bench.Clock.Advance(TimeSpan.FromSeconds(60));
        reads.LeftOf(Now()).ShouldBe(TimeSpan.FromSeconds(40));
        bench.Clock.Advance(TimeSpan.FromSeconds(60));
        reads.LeftOf(Now()).ShouldBeNull("it takes longer than they did");
    }

    private static async Task<OperationId> EnqueueAsync(HostBench bench) => (await (await bench.ServiceAsync<OperationClient>()).EnqueueAsync(
        new RestoreSnapshot { Snapshot = new SnapshotId("0123456789abcdef"), Server = new ServerId(HostBench.Server) }, Requester.Person(HostBench.Admin), occurrenceKey: null, Cancel))
        .ShouldBeOfType<EnqueueResult.Enqueued>().Id;

    private static Task EndAsync(HostBench bench, OperationId id, TimeSpan took, string outcome)
    {
        var now = bench.Clock.GetUtcNow();
        return bench.ChangeCatalogAsync(
            $"UPDATE operations SET \"State\" = {(int)OperationState.Ended}, \"StartedAt\" = {Ticks(now - took)}, \"EndedAt\" = {Ticks(now)}, \"Outcome\" = '{outcome}' WHERE \"Id\" = '{id.Value}'");
    }

    private static string Ticks(DateTimeOffset time) => time.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
