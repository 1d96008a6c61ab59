using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Our own, stable id of a snapshot: 16 lowercase hexadecimal characters, kept in the tag <c>id=</c>. Restic's id changes when a
/// snapshot is locked, renamed or noted; this one does not.</summary>
[JsonConverter(typeof(SnapshotIdConverter))]
public readonly record struct SnapshotId(string Value)
{
    /// <summary>The snapshot an operation makes has the operation's id, so that the same operation run again after a crash finds what it had
    /// already committed.</summary>
    public static SnapshotId Of(OperationId operation) => new(operation.Value);

    public override string ToString() => Value;
}

internal sealed class SnapshotIdConverter : JsonConverter<SnapshotId>
{
    public override SnapshotId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, SnapshotId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
