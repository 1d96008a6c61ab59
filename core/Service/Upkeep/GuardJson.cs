using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Upkeep;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GoodMark))]
[JsonSerializable(typeof(LockMark))]
[JsonSerializable(typeof(HurtMark))]
[JsonSerializable(typeof(RunMark))]
[JsonSerializable(typeof(ReadMark))]
[JsonSerializable(typeof(CopyMark))]
[JsonSerializable(typeof(ExportBegun))]
[JsonSerializable(typeof(CloneMade))]
[JsonSerializable(typeof(SettingsMark))]
internal sealed partial class GuardJson : JsonSerializerContext;
