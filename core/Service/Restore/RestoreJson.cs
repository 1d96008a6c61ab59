using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Restore;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RestoreSnapshot))]
[JsonSerializable(typeof(UndoRestore))]
[JsonSerializable(typeof(RestoreOutcome))]
[JsonSerializable(typeof(StagingMade))]
[JsonSerializable(typeof(FilesSwapped))]
[JsonSerializable(typeof(VolumeMade))]
[JsonSerializable(typeof(NetworkMade))]
[JsonSerializable(typeof(ContainerMade))]
[JsonSerializable(typeof(ContainerRenamed))]
[JsonSerializable(typeof(ContainerReplaced))]
[JsonSerializable(typeof(HelperStarted))]
[JsonSerializable(typeof(ImageLoaded))]
[JsonSerializable(typeof(FolderMade))]
[JsonSerializable(typeof(StandInMade))]
[JsonSerializable(typeof(LayerLent))]
internal sealed partial class RestoreJson : JsonSerializerContext;
