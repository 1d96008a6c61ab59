using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Tests;

/// <summary>What an operation of the tests does, and what became of it.</summary>
internal sealed class Script
{
    public static readonly Requester Caller = new("terminal:test");

    public Func<OperationContext, CancellationToken, Task> Work { get; init; } = (_, _) => Task.CompletedTask;

    public List<string> Log { get; } = [];

    public Exception? UndoError { get; set; }

    /// <summary>The fact whose undo fails; null for all.</summary>
    public string? Failing { get; init; }

    public static DataBench Bench(Script script) => new(services => Serving.Add(services, script));

    /// <summary>Leaves an operation as a process that was killed does.</summary>
    public static async Task<OperationId> LeaveAsync(DataBench bench, Func<Journal, Task> write)
    {
        var id = OperationId.New(TimeProvider.System);
        await bench.Get<OperationQueue>().AddAsync(id, new TestRequest("left"), Caller, DataBench.Cancel);
        await bench.Get<OperationQueue>().ClaimAsync(id, DataBench.Cancel);
        await using var journal = new Journal(bench.Get<DataFolder>(), bench.Get<FactTypes>(), id);
        await write(journal);
        return id;
    }
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
