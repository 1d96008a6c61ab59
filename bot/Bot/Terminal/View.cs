using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SnapshotBot.Bot.Presentation;

namespace SnapshotBot.Bot.Terminal;

/// <summary>An outcome as the terminal gives it: in words, as JSON, and as an exit code.</summary>
internal sealed record View(ExitCode Exit, Func<Page> Page, Action<Stream> WriteJson)
{
    // Names and notes are shown as they are: the document goes to a shell, not into a page of HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For bytes that went out already.</summary>
    public static View Nothing { get; } = new(ExitCode.Done, () => new Page([]), _ => { });

    public static View Of<TDto>(ExitCode exit, TDto dto, JsonTypeInfo<TDto> type, Func<Page> page) => new(exit, page, stream =>
    {
        using var writer = new Utf8JsonWriter(stream, WriterOptions);
        JsonSerializer.Serialize(writer, dto, type);
    });
}
