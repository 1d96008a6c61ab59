namespace SnapshotBot.Service.Operations;

/// <summary>What a handler is given besides its request.</summary>
internal sealed class OperationContext(OperationId id, Requester requestedBy, string folder, Journal journal, IProgress<OperationProgress> progress)
{
    public OperationId Id { get; } = id;

    public Requester RequestedBy { get; } = requestedBy;

    /// <summary>A folder of this operation's own, removed at its end; it exists once the journal has a fact.</summary>
    public string Folder { get; } = folder;

    public Journal Journal { get; } = journal;

    public IProgress<OperationProgress> Progress { get; } = progress;
}
