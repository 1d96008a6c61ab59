using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Format;

/// <summary>The repository's JSON files, read and written without reflection.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SnapshotFile))]
[JsonSerializable(typeof(RepositoryConfig))]
[JsonSerializable(typeof(KeyFile))]
[JsonSerializable(typeof(MasterKeyFile))]
[JsonSerializable(typeof(LockFile))]
internal sealed partial class FormatJson : JsonSerializerContext;

/// <summary>Times with nanoseconds, of which .NET keeps 100 ns.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[128];
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > text.Length
            || !TimeText.TryParse(text[..reader.CopyString(text)], out var time))
        {
            throw new JsonException("A time is not readable.");
        }

        return time.ToDateTimeOffset();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[TimeText.MaxLength];
        writer.WriteStringValue(text[..TimeText.Format(UnixTime.From(value), text)]);
    }
}
