using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Fills the view anew and brings back servers the catalog does not know, from their newest readable snapshot.</summary>
internal sealed class RebuildCatalogHandler(RepositoryAccess access, SnapshotView view, SnapshotStore store, ServerStore servers, Catalog.CatalogTables tables)
    : IOperationHandler<RebuildCatalog, RebuildCatalogOutcome>
{
    private const int PageSize = 1000;

    public async Task<RebuildCatalogOutcome> HandleAsync(RebuildCatalog request, OperationContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(OperationProgress.At("sync"));
        await using var session = await access.ReadAsync(cancellationToken);
        await view.EmptyAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);

        // What was kept of the catalog knows more of a server than its snapshots do: those first.
        var kept = await Upkeep.SettingsKeeper.ReadNewestAsync(session, cancellationToken);
        var put = kept is { } document ? tables.Read(document.Json) : null;
        var known = servers.All().Select(server => server.Id).ToHashSet();
        var snapshots = 0;
        SnapshotPage page;
        SnapshotId? after = null;
        do
        {
            page = store.List(new SnapshotFilter { Limit = PageSize, After = after });
            snapshots += page.Snapshots.Count;
            foreach (var snapshot in page.Snapshots.Where(snapshot => !known.Contains(snapshot.ServerId)))
            {
                if (await AddServerAsync(session, snapshot, cancellationToken))
                    known.Add(snapshot.ServerId);
            }

            after = page.Next;
        }
        while (after is not null);
        return new RebuildCatalogOutcome(servers.All().Count, snapshots)
        {
            Schedules = put?.GetValueOrDefault("schedules") ?? 0,
            Settings = put?.GetValueOrDefault("settings") ?? 0,
            KeptAt = kept?.At,
        };
    }

    private async Task<bool> AddServerAsync(RepositorySession session, SnapshotInfo snapshot, CancellationToken cancellationToken)
    {
        Capture.ServerDocument document;
        try
        {
            document = await SnapshotDocuments.ReadAsync(session, store.Tree(snapshot.Id), cancellationToken);
        }
        catch (RepositoryDamagedException)
        {
            // An older snapshot of the same server may still tell.
            return false;
        }

        var server = new GameServer
        {
            Id = snapshot.ServerId,
            Name = ServerNames.FaultOfServer(document.Server.Name) is null ? document.Server.Name : snapshot.ServerId.Value,
            Containers = [.. document.Server.Containers.Select(name => new ContainerReference(name, null, null))],
            ComposeProject = document.Server.ComposeProject,
            Profile = document.Server.Profile,
            Ignored = document.Server.Ignored ?? [],
            Included = document.Server.Included ?? [],
            ForeignWriters = document.Server.IncludeWriters == true ? ForeignWriters.FreezeAlong : ForeignWriters.LowerTheGrade,
        };
        return await servers.AddAsync(server, ServerOrigin.Repository, cancellationToken)
            || await servers.AddAsync(server with { Name = $"{server.Name} {server.Id.Value[2..6]}" }, ServerOrigin.Repository, cancellationToken);
    }
}
