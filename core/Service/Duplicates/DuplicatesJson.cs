using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Duplicates;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DuplicateSnapshot))]
[JsonSerializable(typeof(DuplicateOutcome))]
[JsonSerializable(typeof(DuplicateOutcome.Refused), TypeInfoPropertyName = "DuplicateRefused")]
[JsonSerializable(typeof(RemoveDuplicate))]
[JsonSerializable(typeof(RemoveDuplicateOutcome))]
[JsonSerializable(typeof(RemoveDuplicateOutcome.Refused), TypeInfoPropertyName = "RemoveDuplicateRefused")]
[JsonSerializable(typeof(EndDuplicate))]
[JsonSerializable(typeof(EndDuplicateOutcome))]
[JsonSerializable(typeof(PublishImage))]
[JsonSerializable(typeof(PublishImageOutcome))]
[JsonSerializable(typeof(PublishImageOutcome.Refused), TypeInfoPropertyName = "PublishImageRefused")]
[JsonSerializable(typeof(DuplicateContainerMade))]
[JsonSerializable(typeof(DuplicateVolumeMade))]
[JsonSerializable(typeof(DuplicateNetworkMade))]
[JsonSerializable(typeof(DuplicateServerMade))]
[JsonSerializable(typeof(DuplicateRemoved))]
[JsonSerializable(typeof(ImageContainerMade))]
[JsonSerializable(typeof(ImageCommitted))]
[JsonSerializable(typeof(ImagePublished))]
internal sealed partial class DuplicatesJson : JsonSerializerContext;
