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
}
