using Microsoft.Extensions.Logging;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Discord.Net's lines, without its exceptions: they hold addresses, and those hold tokens.</summary>
internal static partial class NetLog
{
    [LoggerMessage(Message = "{Source}: {Text} {Error}")]
    public static partial void Line(ILogger logger, LogLevel level, string source, string text, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not connected to Discord since {Since}; beginning anew")]
    public static partial void Dead(ILogger logger, DateTimeOffset since);
}
