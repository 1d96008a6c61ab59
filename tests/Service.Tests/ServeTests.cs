using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>The process that serves and those beside it. Each bench is a process of its own as far as the data folder can tell.</summary>
public sealed class ServeTests
{
    private static readonly Requester Me = new("terminal:test");

    [Fact]
    public async Task Serve_OperationOfATerminal_IsRunByTheServingProcess()
    {
        var (there, here) = (new Script { Work = Mark }, new Script { Work = Mark });
        await using var serving = new Serving(there);
        await using var terminal = serving.Beside(here);
        await serving.StartAsync();

        var result = await terminal.GetRequiredService<OperationClient>().RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);

        result.ShouldBeOfType<OperationResult<TestOutcome>.Ended>().Outcome.ShouldBe(new TestOutcome("work"));
        // What is left for the end is done after who asked was told; serving ends only with it.
        await serving.StopAsync();
        there.Log.ShouldContain("finish mark");
        here.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Enqueue_NobodyServes_StaysQueuedUntilSomebodyDoes()
    {
        await using var serving = new Serving(new Script());
        var client = serving.Bench.Operations;

        var result = await client.EnqueueAsync(new TestRequest("later"), Me, null, DataBench.Cancel);
        serving.Bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldHaveSingleItem().State.ShouldBe(OperationState.Queued);
        await serving.StartAsync();

        (await serving.EndOfAsync(result.ShouldBeOfType<EnqueueResult.Enqueued>().Id)).State.ShouldBe(OperationState.Ended);
    }

    [Fact]
    public async Task Enqueue_SameOccurrenceTwice_IsThereOnce()
    {
        await using var bench = new DataBench(services => Serving.Add(services, new Script()));

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => bench.Operations.EnqueueAsync(new TestRequest("once"), Me, "s@2026-11-25T04:00", DataBench.Cancel))));

        var made = results.OfType<EnqueueResult.Enqueued>().ShouldHaveSingleItem().Id;
        results.OfType<EnqueueResult.AlreadyThere>().ShouldAllBe(there => there.Id == made);
        bench.Get<OperationReads>().List(OperationFilter.All, 10).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Serve_SecondOne_SaysItWaitsAndTakesOver()
    {
        await using var serving = new Serving(new Script());
        await serving.StartAsync();
        await using var second = new Serving(new Script(), serving.Bench.Root);
        await second.StartWaitingAsync();
        var queued = await serving.Bench.Operations.EnqueueAsync(new TestRequest("first's"), Me, null, DataBench.Cancel);
        await serving.EndOfAsync(queued.ShouldBeOfType<EnqueueResult.Enqueued>().Id);

        (await serving.StopAsync()).ShouldBeOfType<ServeEnding.Clean>();
        await second.Ready;
        var mine = await second.Bench.Operations.EnqueueAsync(new TestRequest("second's"), Me, null, DataBench.Cancel);

        (await second.EndOfAsync(mine.ShouldBeOfType<EnqueueResult.Enqueued>().Id)).State.ShouldBe(OperationState.Ended);
        second.Told.ShouldBe(["waiting", "ready"]);
    }

    [Fact]
    public async Task Serve_ToldToEndMidOperation_TakesBackAndTheTerminalRunsItItself()
    {
        var begun = new TaskCompletionSource();
        var hanging = new Script
        {
            Work = async (context, token) =>
            {
                await context.Journal.WriteAsync(new TestFact("begun"), token);
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        await using var serving = new Serving(hanging);
        await using var terminal = serving.Beside(new Script());
        await serving.StartAsync();
        var asked = terminal.GetRequiredService<OperationClient>().RunAsync(new TestRequest("mine"), Me, null, DataBench.Cancel);
        await begun.Task;

        (await serving.StopAsync()).ShouldBeOfType<ServeEnding.Clean>();

        (await asked).ShouldBeOfType<OperationResult<TestOutcome>.Ended>();
        hanging.Log.ShouldBe(["undo begun"]);
    }

    [Fact]
    public async Task Serve_OwnOperationCouldNotBeTakenBack_BlocksItsServerUntilItCan()
    {
        var script = new Script
        {
            UndoError = new IOException("The engine is too busy."),
            Work = async (context, token) =>
            {
                await context.Journal.WriteAsync(new TestFact("paused"), token);
                throw new IOException("The disk is gone.");
            },
        };
        await using var serving = new Serving(script);
        await serving.StartAsync();
        Task<OperationResult<TestOutcome>> Run(string text) => serving.Bench.Operations.RunAsync(new TestRequest(text), Me, null, DataBench.Cancel);
        var first = await Run("first");

        var second = await Run("second");
        script.UndoError = null;
        var third = await Run("third");

        first.ShouldBeOfType<OperationResult<TestOutcome>.Failed>();
        second.ShouldBeOfType<OperationResult<TestOutcome>.Failed>().Failure.Code.ShouldBe("not-healed");
        third.ShouldBeOfType<OperationResult<TestOutcome>.Failed>().Failure.Message.ShouldContain("The disk is gone.");
        // First, second and third look at what the first one left; then the third takes back its own.
        script.Log.ShouldBe(["undo paused", "undo paused", "undo paused", "undo paused"]);
    }

    [Fact]
    public async Task Serve_ToldToEndMidOperationNobodyWaitsFor_LeavesItToTheNext()
    {
        var begun = new TaskCompletionSource();
        var hanging = new Script
        {
            Work = (_, token) =>
            {
                begun.SetResult();
                return Task.Delay(Timeout.Infinite, token);
            },
        };
        await using var serving = new Serving(hanging);
        await serving.StartAsync();
        var id = (await serving.Bench.Operations.EnqueueAsync(new TestRequest("scheduled"), Me, null, DataBench.Cancel)).ShouldBeOfType<EnqueueResult.Enqueued>().Id;
        await begun.Task;
        await serving.StopAsync();
        serving.Find(id).State.ShouldBe(OperationState.Queued);

        await using var next = new Serving(new Script(), serving.Bench.Root);
        await next.StartAsync();

        (await next.EndOfAsync(id)).State.ShouldBe(OperationState.Ended);
    }

    [Fact]
    public async Task Serve_OperationThatKillsItsRunner_IsGivenUpAtTheThirdDeath()
    {
        await using var serving = new Serving(new Script());
        var queue = serving.Bench.Get<OperationQueue>();
        var id = (await serving.Bench.Operations.EnqueueAsync(new TestRequest("poison"), Me, null, DataBench.Cancel)).ShouldBeOfType<EnqueueResult.Enqueued>().Id;
        var recovery = serving.Bench.Get<Recovery>();
        for (var death = 0; death < 2; death++)
        {
            await queue.ClaimAsync(id, DataBench.Cancel);
            await recovery.HealAsync(null, DataBench.Cancel);
            serving.Find(id).State.ShouldBe(OperationState.Queued);
        }

        await queue.ClaimAsync(id, DataBench.Cancel);
        await recovery.HealAsync(null, DataBench.Cancel);

        serving.Find(id).Failure!.Code.ShouldBe("interrupted");
    }

    [Fact]
    public async Task Serve_CallerDiedWhileItsOperationWaited_IsNotRun()
    {
        var script = new Script { Work = Mark };
        await using var serving = new Serving(script);
        var id = OperationId.New(TimeProvider.System);
        await serving.Bench.Get<DataFolder>().HoldCaller(id).DisposeAsync();
        await serving.StartAsync();

        await serving.Bench.Get<OperationQueue>().AddAsync(id, new TestRequest("nobody's"), Me, DataBench.Cancel);

        (await serving.EndOfAsync(id)).State.ShouldBe(OperationState.Cancelled);
        script.Log.ShouldBeEmpty();
    }

    [Fact]
    public async Task Serve_PeriodicWorkThrows_DelaysNobodyAndIsTriedAgain()
    {
        var broken = new Periodic("broken", failures: 2);
        var sound = new Periodic("sound", failures: 0);
        await using var serving = new Serving(new Script(), works: [broken, sound]);
        await serving.StartAsync();

        await broken.TimesAsync(1);
        await sound.TimesAsync(3);
        await broken.TimesAsync(3);

        var id = (await serving.Bench.Operations.EnqueueAsync(new TestRequest("work"), Me, null, DataBench.Cancel)).ShouldBeOfType<EnqueueResult.Enqueued>().Id;
        (await serving.EndOfAsync(id)).State.ShouldBe(OperationState.Ended);
    }

    private static Task Mark(OperationContext context, CancellationToken token) => context.Journal.WriteAsync(new TestFact("mark"), token);
}
