using System.Text.Json.Serialization;

namespace SnapshotBot.Service.Operations;

/// <summary>A change somebody asks for, as data. It is kept on the operation's row, so it holds ids, never a thing already looked up.</summary>
public abstract record OperationRequest
{
    /// <summary>The kind, as people read it in the list of operations: <c>snapshot create</c>.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>What it keeps others away from.</summary>
    [JsonIgnore]
    public abstract OperationScope Scope { get; }

    /// <summary>What it belongs to besides its scope, by id: the schedule whose run it is, the snapshot it changes. History is found by it.</summary>
    [JsonIgnore]
    public virtual string? Subject => null;
}

/// <summary>A change whose expected endings are <typeparamref name="TOutcome"/>, a closed family.</summary>
public abstract record OperationRequest<TOutcome> : OperationRequest
    where TOutcome : class;
