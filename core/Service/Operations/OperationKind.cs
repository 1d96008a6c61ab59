using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace SnapshotBot.Service.Operations;

/// <summary>Does the work of one kind of request. Expected endings are returned; what breaks is thrown.</summary>
internal interface IOperationHandler<TRequest, TOutcome>
    where TRequest : OperationRequest<TOutcome>
    where TOutcome : class
{
    Task<TOutcome> HandleAsync(TRequest request, OperationContext context, CancellationToken cancellationToken);
}

/// <summary>One kind of operation: how its request and outcome are kept, and who does the work.</summary>
internal abstract class OperationKind(string name)
{
    public string Name { get; } = name;

    /// <summary>The lane its operations run in, or null for those that wait for nobody but their scope.</summary>
    public OperationLane? Lane { get; private init; }

    public abstract string Write(OperationRequest request);

    /// <summary>The request as it was kept.</summary>
    public abstract OperationRequest ReadRequest(string request);

    /// <summary>The outcome as it was kept, for who asks for its type later.</summary>
    public abstract object ReadAnyOutcome(string outcome);

    /// <summary>Runs the handler and returns the outcome as JSON.</summary>
    public abstract Task<string> RunAsync(IServiceProvider services, string request, OperationContext context, CancellationToken cancellationToken);

    public static OperationKind Of<TRequest, TOutcome>(string name, JsonTypeInfo<TRequest> request, JsonTypeInfo<TOutcome> outcome)
        where TRequest : OperationRequest<TOutcome>
        where TOutcome : class => new Typed<TRequest, TOutcome>(name, request, outcome);

    /// <summary>A kind whose operations run in a lane.</summary>
    public static OperationKind Of<TRequest, TOutcome>(
        string name, OperationLane lane, JsonTypeInfo<TRequest> request, JsonTypeInfo<TOutcome> outcome)
        where TRequest : OperationRequest<TOutcome>
        where TOutcome : class => new Typed<TRequest, TOutcome>(name, request, outcome) { Lane = lane };

    private sealed class Typed<TRequest, TOutcome>(string name, JsonTypeInfo<TRequest> requestJson, JsonTypeInfo<TOutcome> outcomeJson)
        : OperationKind<TOutcome>(name)
        where TRequest : OperationRequest<TOutcome>
        where TOutcome : class
    {
        public override string Write(OperationRequest request) => JsonSerializer.Serialize((TRequest)request, requestJson);

        public override OperationRequest ReadRequest(string request) =>
            JsonSerializer.Deserialize(request, requestJson) ?? throw new JsonException($"A request of '{Name}' is empty.");

        public override object ReadAnyOutcome(string outcome) => ReadOutcome(outcome);

        public override TOutcome ReadOutcome(string outcome) =>
            JsonSerializer.Deserialize(outcome, outcomeJson) ?? throw new JsonException($"An outcome of '{Name}' is empty.");

        public override async Task<string> RunAsync(
            IServiceProvider services, string request, OperationContext context, CancellationToken cancellationToken)
        {
            var handler = services.GetRequiredService<IOperationHandler<TRequest, TOutcome>>();
            return JsonSerializer.Serialize(await handler.HandleAsync((TRequest)ReadRequest(request), context, cancellationToken), outcomeJson);
        }
    }
}

/// <summary>A kind whose outcome's type is known.</summary>
internal abstract class OperationKind<TOutcome>(string name) : OperationKind(name)
    where TOutcome : class
{
    public abstract TOutcome ReadOutcome(string outcome);
}

/// <summary>All kinds of operations of this program.</summary>
internal sealed class OperationKinds(IEnumerable<OperationKind> kinds)
{
    private readonly Dictionary<string, OperationKind> _byName = kinds.ToDictionary(kind => kind.Name, StringComparer.Ordinal);

    public OperationKind this[string name] =>
        _byName.TryGetValue(name, out var kind) ? kind : throw new InvalidOperationException($"No operation is called '{name}' in this version.");

    /// <summary>The kind of this name, or null for one of a later version.</summary>
    public OperationKind? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The lane of a kind; null also for a kind of a later version, whose operations fail when they run.</summary>
    public OperationLane? LaneOf(string name) => _byName.GetValueOrDefault(name)?.Lane;

    public OperationKind<TOutcome> Of<TOutcome>(OperationRequest<TOutcome> request)
        where TOutcome : class => (OperationKind<TOutcome>)this[request.Kind];
}
