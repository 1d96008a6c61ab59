namespace SnapshotBot.Playground.Page;

/// <summary>What the page shows and where.</summary>
public sealed record PageOptions
{
    /// <summary>The port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>What has to stand in the URL; random when null.</summary>
    public string? Key { get; init; }

    public IReadOnlyList<PlayGame> Games { get; init; } = [];

    public PlayBot? Bot { get; init; }
}
