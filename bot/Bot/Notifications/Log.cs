using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Notifications;

internal static partial class Log
{
    [LoggerMessage(20, LogLevel.Warning, "Nothing can be written in channel {Channel}.")]
    public static partial void CantPost(this ILogger log, ulong channel, Exception error);

    [LoggerMessage(21, LogLevel.Information, "The message of operation {Operation} is drawn later.")]
    public static partial void DrawnLater(this ILogger log, OperationId operation, Exception error);

    [LoggerMessage(24, LogLevel.Information, "The day's message in channel {Channel} is drawn later.")]
    public static partial void DailyDrawnLater(this ILogger log, ulong channel, Exception error);

    [LoggerMessage(25, LogLevel.Error, "What tells of operations, incidents or panels broke off; it begins anew.")]
    public static partial void PartBroke(this ILogger log, Exception error);

    [LoggerMessage(23, LogLevel.Warning, "Incident {Incident} could not be told.")]
    public static partial void IncidentNotTold(this ILogger log, string incident, Exception error);

    [LoggerMessage(22, LogLevel.Warning, "A posted panel could not be drawn.")]
    public static partial void PanelNotDrawn(this ILogger log, Exception error);
}
