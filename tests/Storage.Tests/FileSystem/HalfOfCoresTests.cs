using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;

namespace SnapshotBot.Storage.Tests.FileSystem;

/// <summary>A process beside a game keeps to half of its cores, all of its threads, and has all of them while players wait.</summary>
[Collection(nameof(OwnGroup))]
public sealed class HalfOfCoresTests
{
    [Theory]
    [InlineData(0b11, 0b1)]
    [InlineData(0b1111, 0b11)]
    [InlineData(0b10_1001, 0b1)]
    [InlineData(0b100, 0)]
    public void EarlierHalf_OfTheAllowedOnes(ulong all, ulong half) => HalfOfCores.EarlierHalf([all, 0]).ShouldBe([half, 0]);

    [Fact]
    public void EarlierHalf_MoreThanOneWord_CountsThemAll() => HalfOfCores.EarlierHalf([0b1, 0b11]).ShouldBe([0b1, 0]);

    [Fact]
    public void TryTake_ThreadsThatAreThereAndThatBegin_KeepToItExceptWhileItIsWidened()
    {
        var all = Count();
        if (all < 2)
            Assert.Skip("There is but one core.");
        using var go = new ManualResetEventSlim();
        var there = 0;
        var thread = new Thread(() =>
        {
            go.Wait();
            there = Count();
        });
        thread.IsBackground = true;
        thread.Start();

        using (var cores = HalfOfCores.TryTake().ShouldNotBeNull())
        {
            Count().ShouldBe(all / 2);
            InNewThread().ShouldBe(all / 2);
            using (cores.Widen())
            {
                using (cores.Widen())
                    Count().ShouldBe(all);
                Count().ShouldBe(all, "somebody still wants them");
            }

            Count().ShouldBe(all / 2);
            go.Set();
            thread.Join();
            there.ShouldBe(all / 2);
        }

        Count().ShouldBe(all);
    }

    private static int InNewThread()
    {
        var count = 0;
        var thread = new Thread(() => count = Count());
        thread.Start();
        thread.Join();
        return count;
    }

    private static int Count() => HalfOfCores.Count(HalfOfCores.OfThisThread().ShouldNotBeNull());
}
