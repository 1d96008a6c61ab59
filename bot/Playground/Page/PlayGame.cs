using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Page;

/// <summary>A game server that is shown beside the channel: its picture, and what a visitor may do in it.</summary>
public abstract class PlayGame
{
    /// <summary>The name people know it by.</summary>
    public abstract string Name { get; }

    /// <summary>Whether its world is a map of tiles; else it can only be switched.</summary>
    public abstract PlayKind Kind { get; }

    /// <summary>How it is now.</summary>
    public abstract Task<PlayPicture> LookAsync(CancellationToken cancellationToken);

    /// <summary>Changes one tile.</summary>
    public abstract Task SetAsync(int column, int row, char tile, CancellationToken cancellationToken);

    /// <summary>Starts or stops it.</summary>
    public abstract Task SwitchAsync(PlaySwitch to, CancellationToken cancellationToken);

    internal static JsonObject Json(PlayGame game, PlayPicture picture) => new()
    {
        ["type"] = "game",
        ["name"] = game.Name,
        ["kind"] = game.Kind == PlayKind.Map ? "map" : "switch",
        ["state"] = picture.State,
        ["rows"] = new JsonArray([.. picture.Rows.Select(row => (JsonNode)row)]),
    };
}

/// <summary>What can be done with a game.</summary>
public enum PlayKind
{
    Map,
    Switch,
}

/// <summary>Where a game is switched to.</summary>
public enum PlaySwitch
{
    On,
    Off,
}

/// <summary>How a game is.</summary>
/// <param name="State">The engine's word: running, paused, exited ...</param>
/// <param name="Rows">Its map, a letter a tile; none where it can't be read.</param>
public sealed record PlayPicture(string State, IReadOnlyList<string> Rows);

/// <summary>The program behind the channel: how it is, and a switch for it.</summary>
public abstract class PlayBot
{
    /// <summary>running, stopped ...</summary>
    public abstract string State { get; }

    /// <summary>Starts it, ends it, or kills it in the middle of whatever it does.</summary>
    public abstract Task DoAsync(PlayBotAct act, CancellationToken cancellationToken);
}

/// <summary>What can be done to the bot.</summary>
public enum PlayBotAct
{
    Start,
    Stop,
    Kill,
}
