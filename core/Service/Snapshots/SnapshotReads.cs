using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.Locking;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Lists and finds snapshots. Runs where it is called. What others did to the repository with restic is noticed by its files' names,
/// which costs no password.</summary>
public sealed class SnapshotReads
{
    private const int MostCandidates = 20;

    private readonly RepositoryAccess _access;
    private readonly SnapshotView _view;
    private readonly SnapshotStore _store;
    private readonly ServerReads _servers;

    internal SnapshotReads(RepositoryAccess access, SnapshotView view, SnapshotStore store, ServerReads servers)
    {
        _access = access;
        _view = view;
        _store = store;
        _servers = servers;
    }

    /// <summary>One page, newest first.</summary>
    public async Task<SnapshotPage> ListAsync(SnapshotFilter filter, CancellationToken cancellationToken)
    {
        await SyncAsync(cancellationToken);
        return _store.List(filter);
    }

    /// <summary>Finds a snapshot by its id, a unique beginning of it, or <c>server/name</c>.</summary>
    public async Task<SnapshotFound> FindAsync(string text, CancellationToken cancellationToken)
    {
        await SyncAsync(cancellationToken);
        return FindKnown(text);
    }

    /// <summary>Finds one as <see cref="FindAsync"/> does among those the catalog knows, without a look at the repository: for what must be
    /// answered at once.</summary>
    public SnapshotFound FindKnown(string text)
    {
        var found = text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            ? ByName(text[..slash], text[(slash + 1)..])
            : text.Length > 0 && text.All(char.IsAsciiHexDigitLower) ? _store.ByIdPrefix(text, MostCandidates + 1) : [];
        return found switch
        {
            [] => new SnapshotFound.Refused(new Refusal.SnapshotUnknown(text)),
            [var one] => new SnapshotFound.One(one),
            _ => new SnapshotFound.Refused(new Refusal.SnapshotAmbiguous(
                text, [.. found.Take(MostCandidates).Select(one => new SnapshotCandidate(one.Id.Value, one.Server, one.Name, one.CreatedAt))])),
        };
    }

    /// <summary>A snapshot with its containers and mounts, secrets masked.</summary>
    public async Task<SnapshotDetails> InfoAsync(SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        await using var session = await _access.ReadAsync(cancellationToken);
        var document = await SnapshotDocuments.ReadAsync(session, _store.Tree(snapshot.Id), cancellationToken);
        return DefinitionReader.Read(snapshot, document);
    }

    private IReadOnlyList<SnapshotInfo> ByName(string server, string name) =>
        (_servers.Find(server).Server?.Id ?? _store.ServerOnceNamed(server)) is { } id ? _store.ByName(id, name) : [];

    /// <summary>Brings the view up to date when the repository has other files than it knows.</summary>
    internal async Task SyncAsync(CancellationToken cancellationToken)
    {
        var names = await _access.ListNamesAsync(cancellationToken);
        if (_view.IsCurrent(names))
            return;
        try
        {
            await using var session = await _access.ReadAsync(cancellationToken);
            await _view.SyncAsync(session, cancellationToken);
        }
        catch (RepositoryLockedException)
        {
            // Somebody removes data just now. What is known stands; the next look finds what they changed.
        }
    }
}
