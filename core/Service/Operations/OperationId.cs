using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Operations;

/// <summary>An operation's id: 16 lowercase hexadecimal characters, the first eight of them growing with time.</summary>
[JsonConverter(typeof(OperationIdConverter))]
public readonly record struct OperationId(string Value)
{
    /// <summary>A new id, later in order than those made an hour before.</summary>
    public static OperationId New(TimeProvider time)
    {
        var seconds = time.GetUtcNow().ToUnixTimeSeconds();
        return new(string.Create(CultureInfo.InvariantCulture, $"{seconds:x8}{RandomNumberGenerator.GetHexString(8, lowercase: true)}"));
    }

    /// <summary>Whether the text is an id, so that it may be used as a folder's name.</summary>
    public static bool IsValid(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>When it was made, to the second.</summary>
    internal DateTimeOffset MadeAt =>
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(Value.AsSpan(0, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    public override string ToString() => Value;
}

internal sealed class OperationIdConverter : JsonConverter<OperationId>
{
    public override OperationId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, OperationId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
