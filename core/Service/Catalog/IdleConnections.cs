using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Catalog;

/// <summary>Closes what a busy minute opened of connections to the catalog: each holds memory and open files for as long as it lives.</summary>
internal sealed class IdleConnections(CatalogStore catalog) : IPeriodicWork
{
    public string Name => "connections";

    public TimeSpan Every => TimeSpan.FromSeconds(30);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        catalog.CloseIdle();
        return Task.CompletedTask;
    }
}
