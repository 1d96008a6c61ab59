using SnapshotBot.Engine;

namespace SnapshotBot.Service.Servers;

/// <summary>Finds a server's containers at the engine: by id, and when that is gone by name. A renamed container keeps its id, a recreated one
/// its name. One that an operation set aside is no server's meanwhile, though it keeps both: whoever looks then must not take it for the server's,
/// and least of all remember it.</summary>
internal sealed class ContainerLocator(EngineConnection connection, ServerStore servers)
{
    /// <summary>Looks for all containers of a server in the engine's list, and remembers what was found.</summary>
    public async Task<IReadOnlyList<LocatedContainer>> LocateAsync(GameServer server, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var located = Locate(server, await engine.Containers.ListAsync(cancellationToken));
        var references = located.Select(one => one.Reference).ToList();
        if (!references.SequenceEqual(server.Containers))
            await servers.SetContainersAsync(server.Id, references, cancellationToken);
        return located;
    }

    /// <summary>The same in a list already at hand.</summary>
    public static IReadOnlyList<LocatedContainer> Locate(GameServer server, IReadOnlyList<ContainerSummary> all) =>
        [.. server.Containers.Select(reference => Locate(reference, all))];

    private static LocatedContainer Locate(ContainerReference reference, IReadOnlyList<ContainerSummary> all)
    {
        var found = all.FirstOrDefault(one => one.Id.Value == reference.Id && !PassingNames.Is(one.Name)) ?? all.FirstOrDefault(one => one.Name == reference.Name);
        if (found is null)
            return new(reference, null);
        var same = found.Id.Value == reference.Id;
        return new(new ContainerReference(found.Name, found.Id.Value, same ? reference.Upper : null), found);
    }
}

/// <summary>A server's container and what the engine has for it, or null when it is missing.</summary>
internal sealed record LocatedContainer(ContainerReference Reference, ContainerSummary? Summary)
{
    public ServerState State => Summary?.Status switch
    {
        null => ServerState.Missing,
        ContainerStatus.Running or ContainerStatus.Restarting => ServerState.Running,
        ContainerStatus.Paused => ServerState.Paused,
        _ => ServerState.Stopped,
    };
}
