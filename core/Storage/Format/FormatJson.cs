using System.Globalization;
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
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class FormatJson : JsonSerializerContext;

/// <summary>
/// Times with nanoseconds, of which .NET keeps 100 ns. The offset is kept: days and hours of a snapshot begin by the clock of the machine that
/// made it.
/// </summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    private const int OffsetLength = 6; // +hh:mm

    /// <summary>.NET's own limit.</summary>
    private static readonly TimeSpan LargestOffset = TimeSpan.FromHours(14);

    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[128];
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > text.Length)
        {
            throw new JsonException("A time is not readable.");
        }

        text = text[..reader.CopyString(text)];
        if (!TimeText.TryParse(text, out var time))
        {
            throw new JsonException("A time is not readable.");
        }

        var utc = time.ToDateTimeOffset();
        var offset = Offset(text);
        return offset.Duration() <= LargestOffset && utc > DateTimeOffset.MinValue.AddDays(1) && utc < DateTimeOffset.MaxValue.AddDays(-1)
            ? utc.ToOffset(offset)
            : utc;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[TimeText.MaxLength + OffsetLength];
        var clock = UnixTime.From(value);
        clock = clock with { Seconds = clock.Seconds + (long)value.Offset.TotalSeconds };
        var length = TimeText.Format(clock, text);
        if (value.Offset != TimeSpan.Zero)
        {
            var minutes = (int)Math.Abs(value.Offset.TotalMinutes);
            text[length - 1] = (byte)(value.Offset < TimeSpan.Zero ? '-' : '+');
            (minutes / 60).TryFormat(text[length..], out _, "00", CultureInfo.InvariantCulture);
            text[length + 2] = (byte)':';
            (minutes % 60).TryFormat(text[(length + 3)..], out _, "00", CultureInfo.InvariantCulture);
            length += OffsetLength - 1;
        }

        writer.WriteStringValue(text[..length]);
    }

    /// <summary>The offset at the end of a time that is known to be well-formed.</summary>
    private static TimeSpan Offset(ReadOnlySpan<byte> text)
    {
        var end = text[^OffsetLength..];
        if (end[0] is not ((byte)'+' or (byte)'-') || end[3] != ':')
        {
            return TimeSpan.Zero;
        }

        var minutes = ((((end[1] - '0') * 10) + (end[2] - '0')) * 60) + ((end[4] - '0') * 10) + (end[5] - '0');
        return TimeSpan.FromMinutes(end[0] == '-' ? -minutes : minutes);
    }
}
