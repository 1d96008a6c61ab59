using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Servers;

/// <summary>What to do with a server's containers.</summary>
public enum RunAction
{
    Start,
    Stop,
    Restart,
}

/// <summary>Start, stop or restart a server, all its containers, with the game's grace.</summary>
public sealed record RunServer(ServerId Server, RunAction Action) : OperationRequest<RunServerOutcome>
{
    public const string StartKind = "server start";
    public const string StopKind = "server stop";
    public const string RestartKind = "server restart";

    [JsonIgnore]
    public override string Kind => Action switch
    {
        RunAction.Start => StartKind,
        RunAction.Stop => StopKind,
        _ => RestartKind,
    };

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Unchanged), "unchanged")]
[JsonDerivedType(typeof(Refused), "refused")]
public abstract record RunServerOutcome
{
    private RunServerOutcome()
    {
    }

    /// <summary>Done. <paramref name="Killed"/> names the containers that did not end within their grace and were killed (exit code 137: the
    /// game did not save).</summary>
    public sealed record Done(ServerInfo Server, IReadOnlyList<string> Killed) : RunServerOutcome;

    /// <summary>It was so already.</summary>
    public sealed record Unchanged(ServerInfo Server) : RunServerOutcome;

    public sealed record Refused(Refusal Refusal) : RunServerOutcome;
}
