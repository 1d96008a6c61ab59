using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Terminal.Json;

internal sealed record OperationsDto(IReadOnlyList<OperationDto> Operations);

internal sealed record OneOperationDto(OperationDto Operation);

internal sealed record OperationDto(
    string Id, string Kind, string Scope, string? Server, string RequestedBy, string State, bool CancelRequested, OperationProgressDto? Progress,
    JsonElement? Outcome, OperationErrorDto? Error, string QueuedAt, string? StartedAt, string? EndedAt);

internal sealed record OperationProgressDto(string Step, long Done, long? Total, string? Unit, string? Detail);

internal sealed record OperationErrorDto(string Code, string Message, string? Hint);

internal sealed record AuditDto(IReadOnlyList<AuditLineDto> Audit);

internal sealed record AuditLineDto(string At, string Guild, string Person, string Act, string? Subject, string Verdict, string? Reason);

internal sealed record OperationCancelledDto(string Cancelled);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OperationsDto))]
[JsonSerializable(typeof(OneOperationDto))]
[JsonSerializable(typeof(AuditDto))]
[JsonSerializable(typeof(OperationCancelledDto))]
internal sealed partial class OperationJsonContext : JsonSerializerContext;

internal static class OperationJson
{
    public static OperationsDto From(IReadOnlyList<OperationInfo> operations) => new([.. operations.Select(From)]);

    public static OneOperationDto One(OperationInfo operation) => new(From(operation));

    public static AuditDto From(IReadOnlyList<AuditLine> lines) => new([.. lines.Select(line => new AuditLineDto(
        JsonText.Time(line.At), line.Entry.Guild.ToString(CultureInfo.InvariantCulture), line.Entry.Person.ToString(CultureInfo.InvariantCulture),
        line.Entry.Act, line.Entry.Subject, OperationPages.VerdictOf(line.Entry.Verdict), line.Entry.Reason))]);

    private static OperationDto From(OperationInfo operation) => new(
        operation.Id.Value, operation.Kind, operation.Scope.Text, operation.Server, operation.RequestedBy,
        OperationPages.StateOf(operation.State), operation.CancelRequested, From(operation.Progress), operation.Outcome, From(operation.Failure),
        JsonText.Time(operation.QueuedAt), JsonText.Time(operation.StartedAt), JsonText.Time(operation.EndedAt));

    private static OperationProgressDto? From(OperationProgress? progress) => progress is null ? null : new(
        progress.Step, progress.Done, progress.Total > 0 ? progress.Total : null,
        progress.Unit == ProgressUnit.None ? null : progress.Unit.ToString().ToLowerInvariant(), progress.Detail);

    private static OperationErrorDto? From(OperationFailure? failure) =>
        failure is null ? null : new(failure.Code, failure.Message, failure.Hint);
}
