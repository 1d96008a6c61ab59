using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Upkeep;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IncidentCause))]
[JsonSerializable(typeof(IncidentCause.Damaged), TypeInfoPropertyName = "IncidentCauseDamaged")]
[JsonSerializable(typeof(ExpireSnapshots))]
[JsonSerializable(typeof(ExpireSnapshotsOutcome))]
[JsonSerializable(typeof(PruneRepository))]
[JsonSerializable(typeof(PruneRepositoryOutcome))]
[JsonSerializable(typeof(PruneRepositoryOutcome.Damaged), TypeInfoPropertyName = "PruneRepositoryOutcomeDamaged")]
[JsonSerializable(typeof(CheckRepository))]
[JsonSerializable(typeof(CheckRepositoryOutcome))]
[JsonSerializable(typeof(CopyRepository))]
[JsonSerializable(typeof(CopyRepositoryOutcome))]
[JsonSerializable(typeof(ExportSnapshot))]
[JsonSerializable(typeof(ExportSnapshotOutcome))]
[JsonSerializable(typeof(ProveBoot))]
[JsonSerializable(typeof(ProveBootOutcome))]
[JsonSerializable(typeof(ProveBootOutcome.Refused), TypeInfoPropertyName = "ProveBootOutcomeRefused")]
[JsonSerializable(typeof(KeepSettings))]
[JsonSerializable(typeof(KeepSettingsOutcome))]
[JsonSerializable(typeof(ResumeServer))]
[JsonSerializable(typeof(ResumeServerOutcome))]
[JsonSerializable(typeof(UndeleteSnapshot))]
[JsonSerializable(typeof(UndeleteSnapshotOutcome))]
internal sealed partial class UpkeepJson : JsonSerializerContext;
