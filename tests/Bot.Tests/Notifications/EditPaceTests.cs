using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Notifications;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using Xunit;

namespace SnapshotBot.Bot.Tests.Notifications;

/// <summary>A panel that stands for long is not edited more often than Discord takes, and what was left out comes later.</summary>
public sealed class EditPaceTests
{
    private const ulong Channel = HostBench.Usual;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Pace_OldMessageChangesAllTheTime_FirstEditsAreQuickAndAnHourHasFew()
    {
        var clock = new FakeTimeProvider();
        var pace = new EditPace(clock);
        var posted = clock.GetUtcNow() - TimeSpan.FromHours(2);
        var edits = new List<int>();
        for (var minute = 0; minute < 240; minute++, clock.Advance(Minute))
        {
            if (pace.IsDue(Channel))
            {
                pace.Edited(Channel, posted);
                edits.Add(minute);
            }
        }

        edits.Take(6).ShouldBe([0, 1, 2, 3, 4, 5]);
        for (var from = 0; from <= 180; from++)
        {
            edits.Count(minute => minute >= from && minute < from + 60).ShouldBeInRange(8, 21, $"the hour from minute {from} on");
        }
    }

    [Fact]
    public void Pace_YoungMessageOrAnotherInItsPlace_IsNotHeldBack()
    {
        var clock = new FakeTimeProvider();
        var pace = new EditPace(clock);
        for (var i = 0; i < 40; i++)
        {
            pace.IsDue(Channel).ShouldBeTrue();
            pace.Edited(Channel, clock.GetUtcNow());
        }

        pace.Edited(Channel, clock.GetUtcNow() - TimeSpan.FromHours(2));
        pace.IsDue(Channel).ShouldBeFalse();
        pace.Forget(Channel);
        pace.IsDue(Channel).ShouldBeTrue();
    }

    [Fact]
    public async Task Refresh_PanelIsOld_IsEditedAtItsPaceAndSaysWhatIsLeft()
    {
        await using var bench = await HostBench.OpenAsync();
        await bench.AddServerAsync();
        var posted = await bench.ServiceAsync<PostedMessages>();
        var message = await bench.Chat.SendAsync(new ChannelId(Channel), Notes.NotSetUp(), Cancel);
        await posted.PutAsync(PanelRoute.SubjectOf(Channel), HostBench.Guild, Channel, message.Value, null, Cancel);
        bench.Clock.Advance(TimeSpan.FromHours(1));
        var edits = 0;
        bench.Chat.OnEdit = _ =>
        {
            edits++;
            return Task.CompletedTask;
        };
        var panels = new PanelRoute(bench.Host.Desk, new Auditor(bench.Chat, bench.Host.Desk.Audit, bench.Clock), NullLogger.Instance);
        var later = 0;
        for (var minute = 0; minute < 60; minute++, bench.Clock.Advance(Minute))
        {
            later += await panels.RefreshAsync(HostBench.Guild, Cancel) ? 0 : 1;
        }

        edits.ShouldBeInRange(8, 21);
        later.ShouldBe(60 - edits);
    }

    [Fact]
    public async Task Keeper_SomethingWasLeft_AsksAgainThoughNothingChanged()
    {
        await using var bench = await HostBench.OpenAsync();
        var keeper = new PanelKeeper(await bench.ServiceAsync<SettingReads>(), bench.Clock, NullLogger.Instance);
        var asked = new List<DateTimeOffset>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = keeper.RunAsync(
            (_, _) =>
            {
                asked.Add(bench.Clock.GetUtcNow());
                return Task.FromResult(asked.Count >= 3);
            },
            stop.Token);
        for (var second = 0; second < 600; second++)
        {
            bench.Clock.Advance(TimeSpan.FromSeconds(1));

            // The keeper works on other threads: they get a moment of real time for each step of the clock.
            await Task.Delay(1, Cancel);
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        asked.Count.ShouldBe(3, "twice because something was left, and not again before a quarter of an hour");
        (asked[2] - asked[0]).ShouldBeLessThan(TimeSpan.FromMinutes(3));
    }
}
