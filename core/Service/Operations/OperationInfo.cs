using System.Text.Json;

namespace SnapshotBot.Service.Operations;

/// <summary>An operation as lists show it.</summary>
public sealed record OperationInfo
{
    public required OperationId Id { get; init; }

    /// <summary>The request's kind: <c>snapshot create</c>.</summary>
    public required string Kind { get; init; }

    public required OperationScope Scope { get; init; }

    /// <summary>The server's name, when the operation has one and it still exists.</summary>
    public string? Server { get; init; }

    /// <summary>What it belongs to besides its scope: the id of the schedule whose run it is.</summary>
    public string? Subject { get; init; }

    public required string RequestedBy { get; init; }

    public required OperationState State { get; init; }

    public required bool CancelRequested { get; init; }

    public OperationProgress? Progress { get; init; }

    /// <summary>The outcome as the catalog keeps it, a JSON object whose <c>is</c> says which ending; null before the end.</summary>
    public JsonElement? Outcome { get; init; }

    public OperationFailure? Failure { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }
}
