using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Interactions;

/// <summary>The snapshots of a guild's own servers. Whoever names another is refused in the words for one that is nowhere, and it is written down.</summary>
internal sealed class HomeSnapshots(Desk desk, Auditor auditor)
{
    private readonly Resolver _resolver = new(desk);

    /// <param name="turn">Who asks; acknowledged, for this may read the repository.</param>
    /// <param name="act">What they wanted it for, for the audit.</param>
    /// <param name="text">The snapshot's id, or what a person wrote.</param>
    /// <param name="hint">The server it is meant to be of.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<SnapshotInfo?> FindAsync(Turn turn, string act, string text, GuildServerName? hint, CancellationToken cancellationToken)
    {
        var snapshot = await _resolver.FindSnapshotAsync(text, hint, turn.Guild, cancellationToken);
        await RefuseUnlessAsync(snapshot, turn, act, cancellationToken);
        return snapshot;
    }

    /// <summary>The same among those the catalog knows: for a form, which has to be the first answer and can't wait for a repository.</summary>
    public async Task<SnapshotInfo?> FindKnownAsync(Turn turn, string act, string id, CancellationToken cancellationToken)
    {
        var snapshot = _resolver.FindKnownSnapshot(id, turn.Guild);
        await RefuseUnlessAsync(snapshot, turn, act, cancellationToken);
        return snapshot;
    }

    private async Task RefuseUnlessAsync(SnapshotInfo? snapshot, Turn turn, string act, CancellationToken cancellationToken)
    {
        if (snapshot is null)
        {
            await turn.ShowBesideAsync(Notes.NoSuch("snapshot"), cancellationToken);
            await auditor.RefusedAsync(turn, act, null, "snapshot-unknown", cancellationToken);
        }
    }
}
