using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Games;

/// <summary>Finds the game of a server: the profile it was added with, else the one a container fits, else the generic one.</summary>
internal sealed class GameFinder(EngineConnection connection, ContainerLocator locator, GameProfiles profiles, TimeProvider time)
{
    /// <summary>The game of a server as its containers are now. Missing containers leave a game that answers nothing.</summary>
    public async Task<Game> ForAsync(GameServer server, CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        var containers = new List<ContainerDetails>();
        foreach (var located in await locator.LocateAsync(server, cancellationToken))
        {
            try
            {
                if (located.Summary is { } summary)
                    containers.Add(await engine.Containers.InspectAsync(summary.Id, cancellationToken));
            }
            catch (EngineNotFoundException)
            {
                // Gone between the list and the look.
            }
        }

        return Of(server.Profile, containers);
    }

    /// <summary>The game of a server that was just inspected.</summary>
    public Game Of(InspectedServer server) => Of(server.Server.Profile, [.. server.Containers.Select(one => one.Details)]);

    /// <summary>The game of a snapshot, by the containers it holds.</summary>
    public Game Of(ServerDocument document) => Of(document.Server.Profile, [.. document.Containers.Select(one => one.ToDefinition().ToDetails())]);

    /// <summary>The game of containers, as they are or as a snapshot has them.</summary>
    public Game Of(string? profile, IReadOnlyList<ContainerDetails> containers)
    {
        var all = profiles.All();
        if (profile is { } named && all.FirstOrDefault(one => one.Name == named) is { } chosen)
        {
            var own = containers.FirstOrDefault(one => ProfileMatcher.Find([chosen], one) is not null) ?? containers.FirstOrDefault();
            return new Game(chosen, own, connection, time);
        }

        foreach (var container in containers)
        {
            if (ProfileMatcher.Find(all, container) is { } found)
                return new Game(found, container, connection, time);
        }

        return new Game(profiles.Generic, containers.FirstOrDefault(), connection, time);
    }
}
