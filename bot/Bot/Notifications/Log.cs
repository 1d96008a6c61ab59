using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Notifications;

internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Warning, "Nothing can be written in channel {Channel}.")]
    public static partial void CantPost(this ILogger log, ulong channel, Exception error);

    [LoggerMessage(21, LogLevel.Information, "The message of operation {Operation} is drawn later.")]
    public static partial void DrawnLater(this ILogger log, OperationId operation, Exception error);

    [LoggerMessage(23, LogLevel.Warning, "Incident {Incident} could not be told.")]
    public static partial void IncidentNotTold(this ILogger log, string incident, Exception error);

    [LoggerMessage(22, LogLevel.Warning, "A posted panel could not be drawn.")]
    public static partial void PanelNotDrawn(this ILogger log, Exception error);
}
