using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class OperationFeedTests
{
    [Fact]
    public async Task Watch_GivesEveryEndOnceAcrossProcesses()
    {
        await using var serving = new Serving(new Script());
        await using var watcher = serving.Beside(new Script());
        await serving.StartAsync();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(DataBench.Cancel);
        var seen = new List<OperationInfo>();
        var first = new TaskCompletionSource();
        var watching = Task.Run(async () =>
        {
            try
            {
                await foreach (var operation in watcher.GetRequiredService<OperationFeed>().WatchAsync(enough.Token))
                {
                    seen.Add(operation);
                    first.TrySetResult();
                    if (seen.Count(one => one.State >= OperationState.Ended) == 21)
                        return;
                }
            }
            catch (OperationCanceledException) when (enough.IsCancellationRequested)
            {
                // The test is over.
            }
        });
        while (!first.Task.IsCompleted)
        {
            // Nothing says from outside that a watch has begun but what it gives.
            await serving.Bench.Operations.EnqueueAsync(new TestRequest("first"), Script.Caller, "first", DataBench.Cancel);
            await Task.WhenAny(first.Task, Task.Delay(20, DataBench.Cancel));
        }

        for (var i = 0; i < 20; i++)
            await serving.Bench.Operations.EnqueueAsync(new TestRequest($"{i}"), Script.Caller, null, DataBench.Cancel);
        await watching.WaitAsync(TimeSpan.FromMinutes(1), DataBench.Cancel);

        var ends = seen.Where(one => one.State >= OperationState.Ended).ToList();
        ends.Select(one => one.Id).ShouldBeUnique();
        ends.Count.ShouldBe(21);
        await enough.CancelAsync();
    }

    [Fact]
    public async Task Watch_ClockWasSetBack_GivesEveryEndAllTheSame()
    {
        await using var bench = Script.Bench(new Script());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(DataBench.Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await using var watching = bench.Get<OperationFeed>().WatchAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        // As a machine's clock is until it has asked another.
        await using var early = DataBench.Build(bench.Root, services => Serving.Add(services.AddSingleton<TimeProvider>(new ClockAhead()), new Script()));

        var first = await EndOfAsync(early.GetRequiredService<OperationClient>());
        var second = await EndOfAsync(bench.Operations);

        second.ShouldNotBe(first);

        async Task<OperationId> EndOfAsync(OperationClient client)
        {
            var next = watching.MoveNextAsync();
            await client.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);
            while (await next && watching.Current.State < OperationState.Ended)
                next = watching.MoveNextAsync();
            return watching.Current.Id;
        }
    }

    private sealed class ClockAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromHours(1);
    }
}
