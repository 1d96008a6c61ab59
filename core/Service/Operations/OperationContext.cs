namespace SnapshotBot.Service.Operations;

/// <summary>What a handler is given besides its request.</summary>
internal sealed class OperationContext(
    OperationId id, Requester requestedBy, string folder, Journal journal, IProgress<OperationProgress> progress, Recovery recovery)
{
    public OperationId Id { get; } = id;

    public Requester RequestedBy { get; } = requestedBy;

    /// <summary>A folder of this operation's own, removed at its end; it exists once the journal has a fact.</summary>
    public string Folder { get; } = folder;

    public Journal Journal { get; } = journal;

    public IProgress<OperationProgress> Progress { get; } = progress;

    /// <summary>Takes back all that was begun so far, last first, for an ending that is expected and changes nothing.</summary>
    /// <exception cref="UndoFailedException">Not all could be taken back; the journal keeps it for healing.</exception>
    /// <exception cref="IOException">All is taken back, and the journal can't say so.</exception>
    public async Task TakeBackAsync()
    {
        using var deadline = new CancellationTokenSource(Recovery.CleanUpTime);
        await recovery.UndoAsync(Journal, deadline.Token);

        // An ending follows, which finishes what is still open: what was taken back must not be among that, so that a full disk is no ending.
        foreach (var (number, _) in Journal.Open.ToList())
            await Journal.SettleAsync(number);
    }
}
