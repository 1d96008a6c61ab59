using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Servers;

internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Warning, "Container {Container} could not be put back yet, trying again: {Reason}")]
    public static partial void TryingAgain(this ILogger log, string container, string reason);
}
