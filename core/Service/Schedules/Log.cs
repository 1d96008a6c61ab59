using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Schedules;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "What is due of schedule {Id} could not be taken; it is tried again in a minute.")]
    public static partial void RingFailed(this ILogger log, ScheduleId id, Exception error);

    [LoggerMessage(2, LogLevel.Debug, "Who plays on {Server} is not known now: {Reason}")]
    public static partial void PlayersUnknown(this ILogger log, string server, string reason);

    [LoggerMessage(3, LogLevel.Error, "Schedule {Id} is paused: '{Every}' in zone '{Zone}' is not understood here.")]
    public static partial void NotUnderstood(this ILogger log, ScheduleId id, string every, string zone);

    [LoggerMessage(4, LogLevel.Error, "Who plays on {Server} could not be found out; the other servers are asked all the same.")]
    public static partial void PlayersFailed(this ILogger log, string server, Exception error);
}
