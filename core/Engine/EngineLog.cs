using Microsoft.Extensions.Logging;

namespace SnapshotBot.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "Docker engine at {Endpoint} answers; API version {Version}")]
    public static partial void Connected(ILogger logger, string endpoint, string version);
}
