using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Service.Tests;

public sealed class OperationTests
{
    private static readonly Requester Me = new("terminal:test");

    [Fact]
    public async Task Run_NobodyIsRunner_EndsWithTheOutcomeAndLeavesNothing()
    {
        await using var bench = Bench(new Script());

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);

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
        await using var bench = Bench(script);

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);

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
        await using var bench = Bench(script);

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
        await using var bench = Bench(script);

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Me, null, cancel.Token);

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
        await using var bench = Bench(script);
        var running = bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);

        var refusal = await bench.Get<OperationReads>().CancelAsync(await begun.Task, DataBench.Cancel);

        refusal.ShouldBeNull();
        (await running).ShouldBeOfType<OperationResult<TestOutcome>.Cancelled>();
        (await bench.Get<OperationReads>().CancelAsync(await begun.Task, DataBench.Cancel)).ShouldBeOfType<Refusal.AlreadyEnded>();
    }

    [Fact]
    public async Task Run_AnotherProcessIsRunner_WaitsAndRunsItsOwnWhenFree()
    {
        await using var bench = Bench(new Script());
        var held = bench.Get<DataFolder>().TryTakeRunnerLock().ShouldNotBeNull();
        var running = bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);
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
        await using var bench = Bench(new Script());
        await using var second = DataBench.Build(bench.Root, services => Add(services, new Script()));
        var clients = new[] { bench.Operations, second.GetRequiredService<OperationClient>() };

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => clients[i % 2].RunAsync(new TestRequest($"{i}"), Me, null, DataBench.Cancel))));

        results.ShouldAllBe(result => result is OperationResult<TestOutcome>.Ended);
    }

    [Fact]
    public async Task Heal_OpenJournal_TakesBackAndEndsTheRow()
    {
        var script = new Script();
        await using var bench = Bench(script);
        var id = await LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));

        var healed = await bench.Operations.HealAsync(DataBench.Cancel);

        healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.TakenBack);
        script.Log.ShouldBe(["undo half"]);
        var row = bench.Get<OperationReads>().Find(id.Value).ShouldBeOfType<OperationFound.One>().Operation;
        row.State.ShouldBe(OperationState.Failed);
        row.Failure!.Code.ShouldBe("interrupted");
        (await bench.Operations.HealAsync(DataBench.Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Heal_ClosedJournal_FinishesAndKeepsTheOutcome()
    {
        var script = new Script();
        await using var bench = Bench(script);
        var id = await LeaveAsync(bench, async journal =>
        {
            await journal.WriteAsync(new TestFact("swapped"), DataBench.Cancel);
            await journal.CloseAsync("""{"text":"done"}""");
        });

        var healed = await bench.Operations.HealAsync(DataBench.Cancel);

        healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.Finished);
        script.Log.ShouldBe(["finish swapped"]);
        bench.Get<OperationReads>().Find(id.Value).ShouldBeOfType<OperationFound.One>().Operation.State.ShouldBe(OperationState.Ended);
    }

    [Fact]
    public async Task Heal_LastLineCutShort_IsAsIfItWasNeverWritten()
    {
        var script = new Script();
        await using var bench = Bench(script);
        var id = await LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("whole"), DataBench.Cancel));
        await File.AppendAllTextAsync(Path.Combine(bench.Root, "sb-data", "operations", id.Value, "journal"), "{\"number\":2,\"fact\":\"te", DataBench.Cancel);

        await bench.Operations.HealAsync(DataBench.Cancel);

        script.Log.ShouldBe(["undo whole"]);
    }

    [Fact]
    public async Task Heal_FactOfALaterVersion_IsLeftAloneAndBlocksThatServer()
    {
        await using var bench = Bench(new Script());
        var id = await LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));
        await File.AppendAllTextAsync(Path.Combine(bench.Root, "sb-data", "operations", id.Value, "journal"), "{\"number\":2,\"fact\":\"unheard-of\",\"data\":{}}\n", DataBench.Cancel);

        var healed = await bench.Operations.HealAsync(DataBench.Cancel);
        var next = await bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);

        healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.NotYet);
        next.ShouldBeOfType<OperationResult<TestOutcome>.Failed>().Failure.Code.ShouldBe("not-healed");
        Directory.Exists(Path.Combine(bench.Root, "sb-data", "operations", id.Value)).ShouldBeTrue();
    }

    [Fact]
    public async Task Heal_RunnerDiedBeforeItsFirstFact_EndsTheRowAndForgetsTheCaller()
    {
        await using var bench = Bench(new Script());
        var id = OperationId.New(TimeProvider.System);
        await bench.Get<DataFolder>().HoldCaller(id).DisposeAsync();
        await bench.Get<OperationQueue>().AddAsync(id, new TestRequest("left"), Me, DataBench.Cancel);
        await bench.Get<OperationQueue>().ClaimAsync(id, DataBench.Cancel);

        await bench.Operations.HealAsync(DataBench.Cancel);

        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Heal_UndoFails_KeepsTheJournalAndTriesAgain()
    {
        var script = new Script { UndoError = new IOException("not now") };
        await using var bench = Bench(script);
        await LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));

        var first = await bench.Operations.HealAsync(DataBench.Cancel);
        script.UndoError = null;
        var second = await bench.Operations.HealAsync(DataBench.Cancel);

        first.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.NotYet);
        second.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.TakenBack);
        script.Log.ShouldBe(["undo half", "undo half"]);
    }

    [Fact]
    public async Task Heal_ActThatHasNoWayBackWasDone_EndsTheRowWithItsOutcome()
    {
        var script = new Script();
        await using var bench = Bench(script);
        var id = await LeaveAsync(bench, async journal =>
        {
            await journal.WriteAsync(new TestFact("final", """{"text":"done"}"""), DataBench.Cancel);
            await journal.WriteAsync(new TestFact("half"), DataBench.Cancel);
        });

        var healed = await bench.Operations.HealAsync(DataBench.Cancel);

        healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.Finished);
        script.Log.ShouldBe(["undo half", "undo final"]);
        var row = bench.Get<OperationReads>().Find(id.Value).ShouldBeOfType<OperationFound.One>().Operation;
        (row.State, row.Outcome!.Value.GetProperty("text").GetString()).ShouldBe((OperationState.Ended, "done"));
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
        await using var bench = Bench(script);

        var result = await bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);

        if (outcome is null)
            result.ShouldBeOfType<OperationResult<TestOutcome>.Failed>();
        else
            result.ShouldBeOfType<OperationResult<TestOutcome>.Ended>().Outcome.Text.ShouldBe("done");
        (await bench.Operations.HealAsync(DataBench.Cancel)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Heal_OneUndoFails_TheOthersAreNotTakenBackAgain()
    {
        var script = new Script { UndoError = new IOException("The port is taken."), Failing = "two" };
        await using var bench = Bench(script);
        var id = await LeaveAsync(bench, async journal =>
        {
            await journal.WriteAsync(new TestFact("one"), DataBench.Cancel);
            await journal.WriteAsync(new TestFact("two"), DataBench.Cancel);
            await journal.WriteAsync(new TestFact("three"), DataBench.Cancel);
        });
        await File.AppendAllTextAsync(Path.Combine(bench.Root, "sb-data", "operations", id.Value, "journal"), "{\"number\":4,\"fact\":\"te", DataBench.Cancel);

        var first = await bench.Operations.HealAsync(DataBench.Cancel);
        await bench.Operations.HealAsync(DataBench.Cancel);
        script.UndoError = null;
        var last = await bench.Operations.HealAsync(DataBench.Cancel);

        first.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.NotYet);
        last.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.TakenBack);
        script.Log.ShouldBe(["undo three", "undo two", "undo one", "undo two", "undo two"]);
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
        await using var bench = Bench(script);
        await bench.Operations.RunAsync(new TestRequest("work"), Me, null, DataBench.Cancel);
        script.UndoError = null;

        await bench.Operations.HealAsync(DataBench.Cancel);

        script.Log.ShouldBe(["undo two", "undo one", "undo one"]);
    }

    [Fact]
    public async Task HealWhenDue_StillFails_IsTriedLessAndLessOften()
    {
        var script = new Script { UndoError = new IOException("The port is taken.") };
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var bench = Bench(script);
        await LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));
        await using var lease = (await bench.Get<Runner>().TryBecomeAsync(null, DataBench.Cancel)).ShouldNotBeNull();

        for (var i = 0; i < 120; i++)
        {
            await lease.HealWhenDueAsync(bench.Get<Recovery>(), time, DataBench.Cancel);
            time.Advance(TimeSpan.FromSeconds(30));
        }

        script.Log.Count.ShouldBe(9, "at the start, and then after 0, 0.5, 1, 2, 4, 8, 15 and 15 minutes more");
        script.UndoError = null;
        time.Advance(TimeSpan.FromMinutes(15));
        await lease.HealWhenDueAsync(bench.Get<Recovery>(), time, DataBench.Cancel);
        lease.Healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.TakenBack);
    }

    private static DataBench Bench(Script script) => new(services => Add(services, script));

    private static void Add(IServiceCollection services, Script script)
    {
        services.AddSingleton(script);
        services.AddSingleton(OperationKind.Of("test", TestJson.Default.TestRequest, TestJson.Default.TestOutcome));
        services.AddTransient<IOperationHandler<TestRequest, TestOutcome>, TestHandler>();
        services.AddSingleton(FactType.Of("test-fact", TestJson.Default.TestFact));
    }

    /// <summary>Leaves an operation as a process that was killed does.</summary>
    private static async Task<OperationId> LeaveAsync(DataBench bench, Func<Journal, Task> write)
    {
        var id = OperationId.New(TimeProvider.System);
        await bench.Get<OperationQueue>().AddAsync(id, new TestRequest("left"), Me, DataBench.Cancel);
        await bench.Get<OperationQueue>().ClaimAsync(id, DataBench.Cancel);
        await using var journal = new Journal(bench.Get<DataFolder>(), bench.Get<FactTypes>(), id);
        await write(journal);
        return id;
    }
}

internal sealed class Script
{
    public Func<OperationContext, CancellationToken, Task> Work { get; init; } = (_, _) => Task.CompletedTask;

    public List<string> Log { get; } = [];

    public Exception? UndoError { get; set; }

    /// <summary>The fact whose undo fails; null for all.</summary>
    public string? Failing { get; init; }
}

internal sealed record TestRequest(string Text) : OperationRequest<TestOutcome>
{
    [JsonIgnore]
    public override string Kind => "test";

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer("s-1");
}

internal sealed record TestOutcome(string Text);

internal sealed record TestFact(string Name, string? Outcome = null) : Fact
{
    public override bool Decides => Outcome is not null;

    public override Task<string?> OutcomeAsync(FactContext context, CancellationToken cancellationToken) => Task.FromResult(Outcome);

    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        var script = context.Services.GetRequiredService<Script>();
        script.Log.Add("undo " + Name);
        return script.UndoError is null || (script.Failing is { } failing && failing != Name) ? Task.CompletedTask : Task.FromException(script.UndoError);
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken)
    {
        context.Services.GetRequiredService<Script>().Log.Add("finish " + Name);
        return Task.CompletedTask;
    }
}

internal sealed class TestHandler(Script script) : IOperationHandler<TestRequest, TestOutcome>
{
    public async Task<TestOutcome> HandleAsync(TestRequest request, OperationContext context, CancellationToken cancellationToken)
    {
        await script.Work(context, cancellationToken);
        return new TestOutcome(request.Text);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TestRequest))]
[JsonSerializable(typeof(TestOutcome))]
[JsonSerializable(typeof(TestFact))]
internal sealed partial class TestJson : JsonSerializerContext;
