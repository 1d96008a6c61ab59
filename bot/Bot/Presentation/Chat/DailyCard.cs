using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>One thing that went well.</summary>
internal sealed record DailyLine(DateTimeOffset At, string Kind, string? Server, bool Skipped);

/// <summary>The day's message for what is fine.</summary>
internal static class DailyCard
{
    private const int LinesShown = 20;

    public static Message Of(IReadOnlyList<DailyLine> lines)
    {
        var text = $"✅ All fine today · {Words.Count(lines.Count(line => !line.Skipped))} done, {Words.Count(lines.Count(line => line.Skipped))} skipped\n"
            + string.Join('\n', lines.TakeLast(LinesShown).Select(Line));
        return Message.Of(new Container(Colour.Good, new TextDisplay(text))) with { IsQuiet = true };
    }

    /// <summary>Whether an operation ended without doing anything, because there was nothing to do.</summary>
    public static bool IsSkip(OperationInfo info) =>
        info.Outcome is { ValueKind: System.Text.Json.JsonValueKind.Object } outcome && outcome.TryGetProperty("is", out var ending)
        && ending.GetString() is { } word && word.Contains("skip", StringComparison.OrdinalIgnoreCase);

    private static string Line(DailyLine line) =>
        ChatText.Small($"{ChatText.Time(line.At, 't')} {(line.Skipped ? "⬜" : "🟩")} {ChatText.Name(line.Kind)}{(line.Server is { } server ? " · " + ChatText.Name(server) : "")}");
}
