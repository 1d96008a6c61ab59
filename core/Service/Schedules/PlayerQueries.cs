using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Schedules;

/// <summary>Who plays on a server.</summary>
internal interface IPlayerQueries
{
    /// <summary>Whether the server's game can be asked. One whose engine does not answer now is taken to: it will say itself when it can't.</summary>
    Task<bool> HasAsync(GameServer server, CancellationToken cancellationToken);

    /// <summary>Who plays now; null when the game can't be asked at all. On a server that is off nobody does.</summary>
    Task<PlayersAnswer?> AskAsync(GameServer server, CancellationToken cancellationToken);
}

/// <summary>Asks games who plays, through their profiles.</summary>
internal sealed class PlayerQueries(GameFinder games, ContainerLocator locator) : IPlayerQueries
{
    /// <inheritdoc/>
    public async Task<bool> HasAsync(GameServer server, CancellationToken cancellationToken)
    {
        try
        {
            return (await games.ForAsync(server, cancellationToken)).Profile.Players is not null;
        }
        catch (EngineException)
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public async Task<PlayersAnswer?> AskAsync(GameServer server, CancellationToken cancellationToken)
    {
        var game = await games.ForAsync(server, cancellationToken);
        if (game.Profile.Players is null)
            return null;
        var located = await locator.LocateAsync(server, cancellationToken);
        return located.Any(one => one.State is ServerState.Running or ServerState.Paused)
            ? await game.PlayersAsync(cancellationToken)
            : new PlayersAnswer.Known(0, []);
    }
}
