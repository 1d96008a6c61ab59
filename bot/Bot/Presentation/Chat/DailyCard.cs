using SnapshotBot.Chat.Messages;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Presentation.Chat;

/// <summary>One thing that went well.</summary>
/// <param name="Kind">What was done, as people name it; for a run the schedule's name.</param>
internal sealed record DailyLine(DateTimeOffset At, string Kind, string? Server, bool Skipped)
{
    /// <summary>Why nothing had to be done, or what to know; null when there is nothing to say.</summary>
    public string? Why { get; init; }
}

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
    public static bool IsSkip(OperationInfo info) => EndingOf(info) is "skipped" || WhyOf(info) is not null;

    /// <summary>Why it did nothing; null when it did, or says so itself.</summary>
    public static string? WhyOf(OperationInfo info) => EndingOf(info) switch
    {
        "no-check" => "this game can't be asked whether it is well",
        "not-worth-it" => "hardly anything to free",
        "waits" => "a deletion can still be undone",
        "made-way" => "something else had to go first",
        _ => null,
    };

    /// <summary>Which of its kind's endings it came to, as the catalog keeps it.</summary>
    public static string? EndingOf(OperationInfo info) =>
        info.Outcome is { ValueKind: System.Text.Json.JsonValueKind.Object } outcome && outcome.TryGetProperty("is", out var ending) ? ending.GetString() : null;

    /// <summary>What upkeep did, as people say it; a schedule is called by its own name.</summary>
    private static string Done(string kind) => kind switch
    {
        "snapshot verify" => "newest snapshot read back",
        "snapshot expire" => "old snapshots expired",
        "snapshot prove" => "newest snapshot started once, to see that it does",
        "storage check" => "a part of the storage read back",
        "storage prune" => "room of expired snapshots freed",
        "storage copy" => "second copy brought up to date",
        "settings keep" => "settings kept in the repository",
        _ => ChatText.Name(kind),
    };

    private static string Line(DailyLine line) =>
        ChatText.Small($"{ChatText.Time(line.At, 't')} {(line.Skipped ? "⬜" : "🟩")} {Done(line.Kind)}{(line.Server is { } server ? " · " + ChatText.Name(server) : "")}{(line.Why is { } why ? " · " + ChatText.Name(why, 120) : "")}");
}
