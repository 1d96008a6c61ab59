using System.Diagnostics;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;

namespace SnapshotBot.Storage.Tests.FileSystem;

/// <summary>Threads that give way write one after the other, and the disk rests between.</summary>
public sealed class DiskTurnTests
{
    [Fact]
    public void Take_ManyThreads_OneAtATimeAndAtLeastAsMuchRest()
    {
        var (inside, most) = (0, 0);
        var since = Stopwatch.GetTimestamp();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                using var turn = DiskTurn.Take();
                most = Math.Max(most, Interlocked.Increment(ref inside));
                Thread.Sleep(2); // Stands for a write.
                Interlocked.Decrement(ref inside);
            }
        }))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        most.ShouldBe(1);
        Stopwatch.GetElapsedTime(since).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromMilliseconds(20 * (2 + 2)));
    }
}
