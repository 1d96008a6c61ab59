using Shouldly;
using SnapshotBot.Storage.Archiving;
using Xunit;

namespace SnapshotBot.Storage.Tests.Archiving;

public sealed class CourteousCrewTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Dispose_OnAThreadOfItsOwn_Ends()
    {
        var crew = new CourteousCrew([]);

        // What awaited a cancelled piece of work goes on on such a thread.
        await CourteousCrew.Run(crew, () => { crew.Dispose(); return Task.CompletedTask; }, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);

        // And what comes afterwards is done all the same.
        var isDone = false;
        await CourteousCrew.Run(crew, () => { isDone = true; return Task.CompletedTask; }, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        isDone.ShouldBeTrue();
    }
}
