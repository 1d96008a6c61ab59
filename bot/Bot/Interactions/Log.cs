using Microsoft.Extensions.Logging;

namespace SnapshotBot.Bot.Interactions;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "Something that should not happen, id {Id}.")]
    public static partial void Unexpected(this ILogger log, string id, Exception error);

    [LoggerMessage(2, LogLevel.Warning, "An answer could not be given.")]
    public static partial void AnswerFailed(this ILogger log, Exception error);

    [LoggerMessage(3, LogLevel.Warning, "Suggestions could not be made; none were shown.")]
    public static partial void SuggestionFailed(this ILogger log, Exception error);

    [LoggerMessage(4, LogLevel.Warning, "Warming up failed; the first answer may take longer.")]
    public static partial void WarmUpFailed(this ILogger log, Exception error);
}
