using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Operations;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalLine))]
[JsonSerializable(typeof(OperationProgress))]
[JsonSerializable(typeof(OperationFailure))]
internal sealed partial class OperationsJson : JsonSerializerContext;
