using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Servers;

/// <summary>A game server's stable id: <c>s-</c> and 12 hexadecimal characters. It is the host of its snapshots in the repository and outlives
/// every container, name and machine.</summary>
[JsonConverter(typeof(ServerIdConverter))]
public readonly record struct ServerId(string Value)
{
    public static ServerId New() => new("s-" + RandomNumberGenerator.GetHexString(12, lowercase: true));

    public override string ToString() => Value;
}

internal sealed class ServerIdConverter : JsonConverter<ServerId>
{
    public override ServerId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, ServerId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
