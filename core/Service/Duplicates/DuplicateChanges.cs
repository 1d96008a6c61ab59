using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Changes of duplicates that touch rows only.</summary>
public sealed class DuplicateChanges
{
    private readonly DuplicateStore _duplicates;
    private readonly ServerStore _servers;
    private readonly ServerReads _reads;

    internal DuplicateChanges(DuplicateStore duplicates, ServerStore servers, ServerReads reads)
    {
        _duplicates = duplicates;
        _servers = servers;
        _reads = reads;
    }

    /// <summary>Takes a duplicate's end away: it stays until somebody removes it.</summary>
    public async Task<KeepOutcome> KeepAsync(ServerId id, CancellationToken cancellationToken)
    {
        if (_servers.Find(id) is not { } server)
            return new KeepOutcome.Refused(new Refusal.ServerUnknown(id.Value));
        if (_duplicates.Find(id) is null)
            return new KeepOutcome.Refused(new Refusal.NotMadeHere(server.Name));
        await _duplicates.SetEndAsync(id, null, null, cancellationToken);
        return new KeepOutcome.Kept(await _reads.InfoAsync(server, cancellationToken));
    }
}

/// <summary>How keeping a duplicate ended: a closed family.</summary>
public abstract record KeepOutcome
{
    private KeepOutcome()
    {
    }

    public sealed record Kept(ServerInfo Server) : KeepOutcome;

    public sealed record Refused(Refusal Refusal) : KeepOutcome;
}
