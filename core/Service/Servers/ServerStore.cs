using System.Text.Json;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Servers;

/// <summary>The servers' rows.</summary>
internal sealed class ServerStore(CatalogStore catalog, TimeProvider time)
{
    public IReadOnlyList<GameServer> All()
    {
        return [.. catalog.Read(Rows.Servers, "ORDER BY \"Name\"").Select(GameServer.Of)];
    }

    public GameServer? Find(ServerId id)
    {
        return catalog.Read(Rows.Servers, "WHERE \"Id\" = @0", id.Value) is [var row] ? GameServer.Of(row) : null;
    }

    public GameServer Get(ServerId id) => Find(id) ?? throw new ServerGoneException(id);

    /// <summary>Adds a server; false when its name is taken.</summary>
    public Task<bool> AddAsync(GameServer server, ServerOrigin origin, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Servers.Any(row => row.Name == server.Name || row.Id == server.Id.Value))
                    return false;
                context.Marks.RemoveRange(context.Marks.Where(row => row.Key == KeyOf(server.Id)));
                context.Servers.Add(new ServerRow
                {
                    Id = server.Id.Value,
                    Name = server.Name,
                    Containers = GameServer.Text(server.Containers),
                    ComposeProject = server.ComposeProject,
                    Profile = server.Profile,
                    Guild = server.Guild is { } guild ? unchecked((long)guild) : null,
                    ForeignWriters = (int)server.ForeignWriters,
                    Ignored = GameServer.Text(server.Ignored),
                    Included = GameServer.Text(server.Included),
                    Origin = (int)origin,
                    AddedAt = time.GetUtcNow().UtcTicks,
                });
                return true;
            },
            cancellationToken);

    public Task SetContainersAsync(ServerId id, IReadOnlyList<ContainerReference> containers, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Servers.FirstOrDefault(row => row.Id == id.Value) is { } row)
                    row.Containers = GameServer.Text(containers);
            },
            cancellationToken);

    /// <summary>Sets what its snapshots leave out from now on; false when it is gone.</summary>
    public Task<bool> SetAsync(ServerId id, ServerSetting setting, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Servers.FirstOrDefault(row => row.Id == id.Value) is not { } row)
                    return false;
                if (setting == ServerSetting.Included)
                    row.Included = GameServer.Text(paths);
                else
                    row.Ignored = GameServer.Text(paths);
                return true;
            },
            cancellationToken);

    /// <summary>What a removed server was called and where it belonged, or null when no server of that id was removed here.</summary>
    public RemovedServer? Removed(ServerId id) =>
        catalog.Read(UpkeepRows.Marks, "WHERE \"Key\" = @0", KeyOf(id)) is [var row] ? JsonSerializer.Deserialize(row.Value, ServersJson.Default.RemovedServer) : null;

    /// <summary>Removes a server; its snapshots stay in the repository. Its name and its home are remembered: what is told of it later goes there.</summary>
    public Task<bool> RemoveAsync(ServerId id, CancellationToken cancellationToken) =>
        catalog.WriteAsync(
            context =>
            {
                if (context.Servers.FirstOrDefault(row => row.Id == id.Value) is not { } row)
                    return false;
                var removed = new RemovedServer(row.Name, row.Guild is { } guild ? unchecked((ulong)guild) : null);
                context.Marks.Add(new MarkRow { Key = KeyOf(id), Value = JsonSerializer.Serialize(removed, ServersJson.Default.RemovedServer), At = time.GetUtcNow().UtcTicks });
                context.Servers.Remove(row);
                return true;
            },
            cancellationToken);

    private static string KeyOf(ServerId id) => "removed:" + id.Value;
}

/// <summary>A server that was removed, as it was last.</summary>
internal sealed record RemovedServer(string Name, ulong? Guild);

/// <summary>How a server came into the catalog. The numbers are the catalog's.</summary>
internal enum ServerOrigin
{
    Command = 0,
    Label = 1,
    Repository = 2,
    Duplicate = 3,
}

/// <summary>The server was removed between the request and its turn.</summary>
public sealed class ServerGoneException(ServerId id) : Exception($"The server {id} was removed before its turn came. Nothing was changed.")
{
    public ServerId Id { get; } = id;
}
