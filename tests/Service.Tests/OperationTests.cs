using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>How an operation runs to its end, or is taken back, while its process lives.</summary>
public sealed class OperationTests
{
    [Fact]
    public async Task Run_NobodyIsRunner_EndsWithTheOutcomeAndLeavesNothing()
    {
        await using var bench = Script.Bench(new Script());

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);

        result.ShouldBeOfType<OperationResult<TestOutcome>.Ended>().Outcome.ShouldBe(new TestOutcome("work"));
        var listed = bench.Get<OperationReads>().List(OperationFilter.All, 10).ShouldHaveSingleItem();
        listed.State.ShouldBe(OperationState.Ended);
        listed.Kind.ShouldBe("test");
        Directory.EnumerateFileSystemEntries(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty();
        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_HandlerThrows_TakesFactsBackLastFirst()
    {
        var script = new Script
        {
            Work = async (context, token) =>
            {
                await context.Journal.WriteAsync(new TestFact("one"), token);
                await context.Journal.WriteAsync(new TestFact("two"), token);
                throw new IOException("The disk is gone.");
            },
        };
        await using var bench = Script.Bench(script);

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);

        result.ShouldBeOfType<OperationResult<TestOutcome>.Failed>().Failure.Message.ShouldContain("The disk is gone.");
        script.Log.ShouldBe(["undo two", "undo one"]);
    }

    [Fact]
    public async Task Run_FactSettled_IsNeitherUndoneNorFinished()
    {
        var script = new Script
        {
            Work = async (context, token) =>
            {
                await context.Journal.SettleAsync(await context.Journal.WriteAsync(new TestFact("paused"), token));
                await context.Journal.WriteAsync(new TestFact("staged"), token);
            },
        };
        await using var bench = Script.Bench(script);

        await bench.RunAsync(new TestRequest("work"));

        script.Log.ShouldBe(["finish staged"]);
    }

    [Fact]
    public async Task Run_Cancelled_TakesBackAndSaysSo()
    {
        using var cancel = new CancellationTokenSource();
        var script = new Script
        {
            Work = async (context, token) =>
            {
                await context.Journal.WriteAsync(new TestFact("begun"), token);
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        await using var bench = Script.Bench(script);

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, cancel.Token);

        result.ShouldBeOfType<OperationResult<TestOutcome>.Cancelled>();
        script.Log.ShouldBe(["undo begun"]);
    }

    [Fact]
    public async Task Cancel_ByAnotherCaller_ReachesTheRunner()
    {
        var begun = new TaskCompletionSource<OperationId>();
        var script = new Script
        {
            Work = async (context, token) =>
            {
                begun.SetResult(context.Id);
                await Task.Delay(Timeout.Infinite, token);
            },
        };
        await using var bench = Script.Bench(script);
        var running = bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);

        var refusal = await bench.Get<OperationReads>().CancelAsync(await begun.Task, DataBench.Cancel);

        refusal.ShouldBeNull();
        (await running).ShouldBeOfType<OperationResult<TestOutcome>.Cancelled>();
        (await bench.Get<OperationReads>().CancelAsync(await begun.Task, DataBench.Cancel)).ShouldBeOfType<Refusal.AlreadyEnded>();
    }

    [Fact]
    public async Task Progress_IsInTheRowWhileItRunsOnly()
    {
        await using var bench = Script.Bench(new Script());
        var queue = bench.Get<OperationQueue>();
        var id = OperationId.New(TimeProvider.System);
        await queue.AddAsync(id, new TestRequest("work"), Script.Caller, DataBench.Cancel);
        await queue.ClaimAsync(id, DataBench.Cancel);
        using var progress = queue.Progress(id);

        progress.Write(OperationProgress.At("read"));

        queue.Find(id)!.Progress.ShouldNotBeNull().ShouldContain("read");
        await queue.EndAsync(id, "{}", DataBench.Cancel);
        progress.Write(OperationProgress.At("late"));
        queue.Find(id)!.Progress.ShouldBeNull();
    }

    /// <summary>A flush of ours makes a game's flush on the same disk wait.</summary>
    [Fact]
    public async Task Progress_IsNotFlushedAndWhatComesAfterItIs()
    {
        await using var bench = Script.Bench(new Script());
        var store = bench.Get<CatalogStore>();

        Level(store.ConnectUnflushed()).ShouldBe(1L, "NORMAL");
        Level(store.Connect()).ShouldBe(2L, "FULL");

        static object? Level(SqliteConnection connection)
        {
            using (connection)
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA synchronous";
                return command.ExecuteScalar();
            }
        }
    }

    [Fact]
    public async Task Run_AnotherProcessIsRunner_WaitsAndRunsItsOwnWhenFree()
    {
        await using var bench = Script.Bench(new Script());
        var held = bench.Get<DataFolder>().TryTakeRunnerLock().ShouldNotBeNull();
        var running = bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);
        while (bench.Get<OperationReads>().List(OperationFilter.Unfinished, 1).Count == 0)
            await Task.Yield();
        var before = bench.Get<OperationReads>().List(OperationFilter.Unfinished, 1)[0].State;

        await held.DisposeAsync();

        before.ShouldBe(OperationState.Queued);
        (await running).ShouldBeOfType<OperationResult<TestOutcome>.Ended>();
    }

    [Fact]
    public async Task Run_ManyCallersAtOnce_AllEnd()
    {
        await using var bench = Script.Bench(new Script());
        await using var second = DataBench.Build(bench.Root, services => Serving.Add(services, new Script()));
        var clients = new[] { bench.Operations, second.GetRequiredService<OperationClient>() };

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => clients[i % 2].RunAsync(new TestRequest($"{i}"), Script.Caller, null, DataBench.Cancel))));

        results.ShouldAllBe(result => result is OperationResult<TestOutcome>.Ended);
    }

    [Theory]
    [InlineData("""{"text":"done"}""")]
    [InlineData(null)]
    public async Task Run_BreaksAfterAnActThatHasNoWayBack_EndsAsThatSays(string? outcome)
    {
        var script = new Script
        {
            Work = async (context, token) =>
            {
                await context.Journal.WriteAsync(new TestFact("final", outcome), token);
                throw new IOException("The disk is gone.");
            },
        };
        await using var bench = Script.Bench(script);

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);

        if (outcome is null)
            result.ShouldBeOfType<OperationResult<TestOutcome>.Failed>();
        else
            result.ShouldBeOfType<OperationResult<TestOutcome>.Ended>().Outcome.Text.ShouldBe("done");
        (await bench.Operations.HealAsync(DataBench.Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_UndoFailsInPart_HealingDoesOnlyWhatIsLeft()
    {
        var script = new Script
        {
            UndoError = new IOException("The port is taken."),
            Failing = "one",
            Work = async (context, token) =>
            {
                await context.Journal.WriteAsync(new TestFact("one"), token);
                await context.Journal.WriteAsync(new TestFact("two"), token);
                throw new IOException("The disk is gone.");
            },
        };
        await using var bench = Script.Bench(script);
        await bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);
        script.UndoError = null;

        await bench.Operations.HealAsync(DataBench.Cancel);

        script.Log.ShouldBe(["undo two", "undo one", "undo one"]);
    }
}
