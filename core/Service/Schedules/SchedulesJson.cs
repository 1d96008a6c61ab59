using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Schedules;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunSchedule))]
[JsonSerializable(typeof(RunScheduleOutcome))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class SchedulesJson : JsonSerializerContext;
