using Microsoft.Extensions.Logging;

namespace SnapshotBot.Bot.Hosting;

internal static partial class Log
{
    [LoggerMessage(40, LogLevel.Warning, "Health can't be served at {Address}; all else goes on.")]
    public static partial void HealthNotServed(this ILogger log, string address, Exception error);

    [LoggerMessage(41, LogLevel.Warning, "{Path} could not be answered; the next one is tried.")]
    public static partial void HealthNotAnswered(this ILogger log, string path, Exception error);
}
