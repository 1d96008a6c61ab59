using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Schedules;

/// <summary>A schedule's id: <c>c-</c> and 12 hexadecimal characters. Its snapshots carry it as their reason, <c>schedule:ID</c>, and outlive it.</summary>
[JsonConverter(typeof(ScheduleIdConverter))]
public readonly record struct ScheduleId(string Value)
{
    /// <summary>What the reason of a schedule's snapshots begins with.</summary>
    public const string ReasonPrefix = "schedule:";

    /// <summary>The reason its snapshots carry.</summary>
    public string Reason => ReasonPrefix + Value;

    public static ScheduleId New() => new("c-" + RandomNumberGenerator.GetHexString(12, lowercase: true));

    public override string ToString() => Value;
}

internal sealed class ScheduleIdConverter : JsonConverter<ScheduleId>
{
    public override ScheduleId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, ScheduleId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
