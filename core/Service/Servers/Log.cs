using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Servers;

internal static partial class Log
{
    [LoggerMessage(101, LogLevel.Warning, "Container {Container} could not be put back yet, trying again: {Reason}")]
    public static partial void TryingAgain(this ILogger log, string container, string reason);

    [LoggerMessage(102, LogLevel.Warning, "The engine hung while it paused or unpaused container {Container}; it was thawed past the engine.")]
    public static partial void PauseStuck(this ILogger log, string container);
}
