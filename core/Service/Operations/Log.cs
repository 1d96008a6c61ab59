using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Operations;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Healed operation {Id}, which a process that died had left.")]
    public static partial void Healed(this ILogger log, OperationId id);

    [LoggerMessage(2, LogLevel.Error, "Operation {Id} could not be healed now.")]
    public static partial void HealFailed(this ILogger log, OperationId id, Exception error);

    [LoggerMessage(3, LogLevel.Error, "Operation {Id}: {Fact} could not be taken back.")]
    public static partial void UndoFailed(this ILogger log, OperationId id, string fact, Exception error);

    [LoggerMessage(4, LogLevel.Error, "Operation {Id} ({Kind}) failed.")]
    public static partial void Failed(this ILogger log, OperationId id, string kind, Exception error);

    [LoggerMessage(5, LogLevel.Information, "Operation {Id} ({Kind}) begins.")]
    public static partial void Begins(this ILogger log, OperationId id, string kind);

    [LoggerMessage(6, LogLevel.Error, "{Name} failed this time; it is tried again in {Every}.")]
    public static partial void PeriodicWorkFailed(this ILogger log, string name, TimeSpan every, Exception error);

    [LoggerMessage(7, LogLevel.Error, "Operation {Id} could not be run to an end on its row.")]
    public static partial void RunBroke(this ILogger log, OperationId id, Exception error);

    [LoggerMessage(8, LogLevel.Warning, "Ends while {Count} operations could not be taken back in time; the next process heals them.")]
    public static partial void LeftToHealing(this ILogger log, int count);

    [LoggerMessage(9, LogLevel.Error, "A round of the runner failed; the next one tries again.")]
    public static partial void RoundFailed(this ILogger log, Exception error);

    [LoggerMessage(10, LogLevel.Warning, "How operation {Id} stands could not be written down now.")]
    public static partial void ProgressLost(this ILogger log, OperationId id, Exception error);
}
