using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Put servers, schedules, settings and roles into the repository, so that a new machine has them from the repository alone.</summary>
public sealed record KeepSettings : OperationRequest<KeepSettingsOutcome>
{
    public const string KindText = "settings keep";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.Repository;
}

/// <summary>How it ended.</summary>
/// <param name="Kept">False when the newest document there says the same.</param>
public sealed record KeepSettingsOutcome(bool Kept);
