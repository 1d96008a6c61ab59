using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Say that a server the guard took for broken is fine: its snapshots expire again, and what it holds now is the measure from here on.</summary>
public sealed record ResumeServer(ServerId Server) : OperationRequest<ResumeServerOutcome>
{
    public const string KindText = "server resume";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.OfServer(Server.Value);
}

/// <summary>How it ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(NotHeld), "not-held")]
public abstract record ResumeServerOutcome
{
    private ResumeServerOutcome()
    {
    }

    /// <summary>It expires again; what the guard had locked is unlocked.</summary>
    public sealed record Resumed(string Server, IncidentCause Cause, SnapshotInfo? Unlocked) : ResumeServerOutcome;

    public sealed record NotHeld(string Server) : ResumeServerOutcome;
}
