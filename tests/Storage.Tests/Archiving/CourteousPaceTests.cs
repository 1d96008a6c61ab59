using System.Diagnostics;
using System.Globalization;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using Xunit;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>A pass works less while others wait, but it works.</summary>
public sealed class CourteousPaceTests
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(110);

    [Fact]
    public async Task RestAsync_OthersWaitAllTheTime_WorksBetweenRests()
    {
        var file = Path.GetTempFileName();
        try
        {
            var pace = new CourteousPace([file], () => TimeSpan.Zero);
            var waited = 0L;
            var (rests, worked) = (0, 0);
            for (var i = 0; i < 8; i++)
            {
                await File.WriteAllTextAsync(file, $"some avg10=0.00 total={(waited += 10_000_000).ToString(CultureInfo.InvariantCulture)}\n", TestContext.Current.CancellationToken);
                await Task.Delay(Look, TestContext.Current.CancellationToken); // Stands for a piece of work.
                var since = Stopwatch.GetTimestamp();
                await pace.RestAsync(TestContext.Current.CancellationToken);
                rests += Stopwatch.GetElapsedTime(since) >= Look ? 1 : 0;

                // Straight after a rest there is work, however long the rest was.
                worked += pace.RestAsync(TestContext.Current.CancellationToken).IsCompleted ? 1 : 0;
            }

            rests.ShouldBeGreaterThan(3);
            worked.ShouldBeGreaterThan(5, "a busy machine may be late once or twice");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task RestAsync_NobodyTellsWhoWaits_AllRestTogetherMostOfTheTime()
    {
        var pace = new CourteousPace([], () => TimeSpan.Zero);
        var working = 0L;
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(WorkAsync)));
        async Task WorkAsync()
        {
            while (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(3))
            {
                var began = Stopwatch.GetTimestamp();
                Thread.Sleep(5); // Stands for a piece of work.
                Interlocked.Add(ref working, Stopwatch.GetTimestamp() - began);
                await pace.RestAsync(TestContext.Current.CancellationToken);
            }
        }

        // A fifth, and what a busy machine adds to a piece of work.
        (Stopwatch.GetElapsedTime(0, working) / 2 / TimeSpan.FromSeconds(3)).ShouldBeInRange(0.05, 0.5);
    }

    [Fact]
    public async Task RestAsync_ItWaitedForACoreAllTheTime_DoesNotRestToo()
    {
        // Ahead of the clock: being held up between a look at the one and a look at the other is no work either.
        var since = Stopwatch.GetTimestamp();
        var pace = new CourteousPace([], () => Stopwatch.GetElapsedTime(since) * 2);
        for (var i = 0; i < 3; i++)
        {
            await Task.Delay(Look, TestContext.Current.CancellationToken); // Stands for work that got no core.
            pace.RestAsync(TestContext.Current.CancellationToken).IsCompleted.ShouldBeTrue();
        }
    }

    [Theory, InlineData(100, 0, 100), InlineData(100, 70, 30), InlineData(1000, 930, 70), InlineData(1000, 0, 100), InlineData(100, 120, 0)]
    public void Worked_TimeAndWhatWasWaited_TheRestOfItUpToALook(int time, int waited, int expected) =>
        CourteousPace.Worked(TimeSpan.FromMilliseconds(time), TimeSpan.FromMilliseconds(waited)).ShouldBe(TimeSpan.FromMilliseconds(expected));

    [Theory, InlineData(0.2, 0.2, 0.12), InlineData(0.1, 0.2, 0.1), InlineData(0.12, 0.01, 0.17), InlineData(0.19, 0, 0.2)]
    public void Adapt_ShareOfTimeOthersWaited_QuicklyDownSlowlyUp(double share, double stall, double expected) =>
        CourteousPace.Adapt(share, stall).ShouldBe(expected, 0.001);
}
