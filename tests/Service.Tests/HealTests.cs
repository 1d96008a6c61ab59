using Microsoft.Extensions.Time.Testing;
using Shouldly;
using SnapshotBot.Service.Operations;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>What the next process makes of an operation that a killed one left behind.</summary>
public sealed class HealTests
{
    [Fact]
    public async Task Heal_OpenJournal_TakesBackAndEndsTheRow()
    {
        var script = new Script();
        await using var bench = Script.Bench(script);
        var id = await Script.LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));

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
        await using var bench = Script.Bench(script);
        var id = await Script.LeaveAsync(bench, async journal =>
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
        await using var bench = Script.Bench(script);
        var id = await Script.LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("whole"), DataBench.Cancel));
        await File.AppendAllTextAsync(Path.Combine(bench.Root, "sb-data", "operations", id.Value, "journal"), "{\"number\":2,\"fact\":\"te", DataBench.Cancel);

        await bench.Operations.HealAsync(DataBench.Cancel);

        script.Log.ShouldBe(["undo whole"]);
    }

    [Fact]
    public async Task Heal_FactOfALaterVersion_IsLeftAloneAndBlocksThatServer()
    {
        await using var bench = Script.Bench(new Script());
        var id = await Script.LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));
        await File.AppendAllTextAsync(Path.Combine(bench.Root, "sb-data", "operations", id.Value, "journal"), "{\"number\":2,\"fact\":\"unheard-of\",\"data\":{}}\n", DataBench.Cancel);

        var healed = await bench.Operations.HealAsync(DataBench.Cancel);
        var next = await bench.Operations.RunAsync(new TestRequest("work"), Script.Caller, null, DataBench.Cancel);

        healed.ShouldHaveSingleItem().Ending.ShouldBe(HealEnding.NotYet);
        next.ShouldBeOfType<OperationResult<TestOutcome>.Failed>().Failure.Code.ShouldBe("not-healed");
        Directory.Exists(Path.Combine(bench.Root, "sb-data", "operations", id.Value)).ShouldBeTrue();
    }

    [Fact]
    public async Task Heal_RunnerDiedBeforeItsFirstFact_EndsTheRowAndForgetsTheCaller()
    {
        await using var bench = Script.Bench(new Script());
        var id = OperationId.New(TimeProvider.System);
        await bench.Get<DataFolder>().HoldCaller(id).DisposeAsync();
        await bench.Get<OperationQueue>().AddAsync(id, new TestRequest("left"), Script.Caller, DataBench.Cancel);
        await bench.Get<OperationQueue>().ClaimAsync(id, DataBench.Cancel);

        await bench.Operations.HealAsync(DataBench.Cancel);

        bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Heal_UndoFails_KeepsTheJournalAndTriesAgain()
    {
        var script = new Script { UndoError = new IOException("not now") };
        await using var bench = Script.Bench(script);
        await Script.LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));

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
        await using var bench = Script.Bench(script);
        var id = await Script.LeaveAsync(bench, async journal =>
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

    [Fact]
    public async Task Heal_OneUndoFails_TheOthersAreNotTakenBackAgain()
    {
        var script = new Script { UndoError = new IOException("The port is taken."), Failing = "two" };
        await using var bench = Script.Bench(script);
        var id = await Script.LeaveAsync(bench, async journal =>
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
    public async Task HealWhenDue_StillFails_IsTriedLessAndLessOften()
    {
        var script = new Script { UndoError = new IOException("The port is taken.") };
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var bench = Script.Bench(script);
        await Script.LeaveAsync(bench, journal => journal.WriteAsync(new TestFact("half"), DataBench.Cancel));
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
}
