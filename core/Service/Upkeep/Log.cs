using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Upkeep;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The containers of {Server} could not be looked at: {Reason}")]
    public static partial void NotLookedAt(this ILogger log, string server, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The settings could not be kept in the repository; it is tried again with the next snapshot.")]
    public static partial void SettingsNotKept(this ILogger log, Exception error);
}
