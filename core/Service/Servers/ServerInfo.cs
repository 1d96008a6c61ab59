namespace SnapshotBot.Service.Servers;

/// <summary>A game server as lists show it.</summary>
public sealed record ServerInfo
{
    public required ServerId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>Its containers in the order they start.</summary>
    public required IReadOnlyList<ServerContainer> Containers { get; init; }

    /// <summary>The game profile's name, or null.</summary>
    public string? Profile { get; init; }

    /// <summary>The game, as its profile knows it; null when no profile fits, or nobody can say now.</summary>
    public ServerGame? Game { get; init; }

    /// <summary>The home guild's id, or null.</summary>
    public ulong? Guild { get; init; }

    public required ForeignWriters ForeignWriters { get; init; }

    /// <summary>Patterns of container paths that its snapshots leave out, besides those of the game's profile.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>Where its containers see mounts that they only read and its snapshots take in.</summary>
    public IReadOnlyList<string> Included { get; init; } = [];

    public required ServerState State { get; init; }

    /// <summary>How many snapshots it has.</summary>
    public int Snapshots { get; init; }
}

/// <summary>What is known of a server's game.</summary>
/// <param name="Profile">The profile's name.</param>
/// <param name="Title">The game's own name.</param>
/// <param name="TriedOn">The image and version the profile was tried on, or null: untested.</param>
public sealed record ServerGame(string Profile, string Title, string? TriedOn);

/// <summary>One container of a server.</summary>
/// <param name="Name">The container's name at the engine.</param>
/// <param name="Id">The engine's 64-character id, or null while no such container exists.</param>
/// <param name="State">Its state now.</param>
public sealed record ServerContainer(string Name, string? Id, ServerState State);

/// <summary>What a server or container is doing.</summary>
public enum ServerState
{
    /// <summary>The engine did not answer.</summary>
    Unknown,

    /// <summary>No container of that name or id exists.</summary>
    Missing,
    Stopped,
    Running,
    Paused,

    /// <summary>Some of its containers run and some do not.</summary>
    Partly,
}

/// <summary>What is done with running containers outside the server that write the same data.</summary>
public enum ForeignWriters
{
    /// <summary>They are named, the snapshot's grade drops to <c>live</c>, and no restore is begun while one is up.</summary>
    LowerTheGrade = 0,

    /// <summary>They are frozen along, and stopped along for a restore.</summary>
    FreezeAlong = 1,
}
