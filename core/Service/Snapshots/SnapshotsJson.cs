using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Snapshots;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(SnapshotWarning[]))]
[JsonSerializable(typeof(CreateSnapshot))]
[JsonSerializable(typeof(CreateSnapshotOutcome))]
[JsonSerializable(typeof(CreateSnapshotOutcome.Refused), TypeInfoPropertyName = "CreateSnapshotOutcomeRefused")]
[JsonSerializable(typeof(SnapshotBegun))]
[JsonSerializable(typeof(LockSnapshot))]
[JsonSerializable(typeof(UnlockSnapshot))]
[JsonSerializable(typeof(RenameSnapshot))]
[JsonSerializable(typeof(NoteSnapshot))]
[JsonSerializable(typeof(ChangeSnapshotOutcome))]
[JsonSerializable(typeof(ChangeSnapshotOutcome.Refused), TypeInfoPropertyName = "ChangeSnapshotOutcomeRefused")]
[JsonSerializable(typeof(DeleteSnapshot))]
[JsonSerializable(typeof(DeleteSnapshotOutcome))]
[JsonSerializable(typeof(DeleteSnapshotOutcome.Refused), TypeInfoPropertyName = "DeleteSnapshotOutcomeRefused")]
[JsonSerializable(typeof(VerifySnapshot))]
[JsonSerializable(typeof(VerifySnapshotOutcome))]
[JsonSerializable(typeof(VerifySnapshotOutcome.Refused), TypeInfoPropertyName = "VerifySnapshotOutcomeRefused")]
[JsonSerializable(typeof(RebuildCatalog))]
[JsonSerializable(typeof(RebuildCatalogOutcome))]
internal sealed partial class SnapshotsJson : JsonSerializerContext;
