using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;

namespace SnapshotBot.Storage.Tests.FileSystem;

/// <summary>A process beside a game has a low priority, and its usual one for a moment in which players wait.</summary>
[Collection(nameof(OwnGroup))]
public sealed class ProcessCourtesyTests
{
    [Fact]
    public void Lower_ThreadAndWhatItBegins_AreRaisedForAMomentOnly()
    {
        var (before, own, begun, raised, after) = (0, 0, 0, 0, 0);
        Run(() =>
        {
            before = Nice();
            using var lowered = ProcessCourtesy.Lower();
            own = Nice();
            Run(() =>
            {
                begun = Nice();
                using (ProcessCourtesy.Suspend())
                {
                    raised = Nice();
                }

                after = Nice();
            });
        });

        if (Environment.UserName != "root" || before >= 10)
            Assert.Skip("Only root can raise what was lowered.");
        (own, begun, raised, after).ShouldBe((10, 10, before, 10));
        Nice().ShouldBe(before, "others are as they were");
    }

    [Fact]
    public void Lower_Cores_AreHalfUntilTheyAreAskedForOrPlayersWait()
    {
        var all = Cores();
        if (all < 2)
            Assert.Skip("There is but one core.");
        var (lowered, asked, suspended, after) = (0, 0, 0, 0);
        Run(() =>
        {
            using var courtesy = ProcessCourtesy.Lower();
            lowered = Cores();
            using (ProcessCourtesy.UseAllCores())
                asked = Cores();
            using (ProcessCourtesy.Suspend())
                suspended = Cores();
            after = Cores();
        });

        (lowered, asked, suspended, after).ShouldBe((all / 2, all, all, all / 2));
        Cores().ShouldBe(all);
    }

    private static int Cores() => HalfOfCores.Count(HalfOfCores.OfThisThread().ShouldNotBeNull());

    private static int Nice() => LibC.GetPriority(0, (uint)LibC.ThreadId());

    private static void Run(Action act)
    {
        var thread = new Thread(() => act());
        thread.Start();
        thread.Join();
    }
}
