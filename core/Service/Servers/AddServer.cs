namespace SnapshotBot.Service.Servers;

/// <summary>A game server to be added.</summary>
public sealed record AddServer
{
    /// <summary>1 to 200 characters without a slash or control characters; unique.</summary>
    public required string Name { get; init; }

    /// <summary>Names or ids (a unique prefix) of existing containers, in the order they start.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];

    /// <summary>A compose project whose containers all belong to the server, or null.</summary>
    public string? ComposeProject { get; init; }

    public string? Profile { get; init; }

    public ulong? Guild { get; init; }

    public ForeignWriters ForeignWriters { get; init; }

    /// <summary>Paths its snapshots leave out, as <see cref="IgnoredPaths"/> reads them; null for none.</summary>
    public string? Ignored { get; init; }

    /// <summary>Paths of mounts that its containers only read and its snapshots take in, in the same form; null for none.</summary>
    public string? Included { get; init; }
}

/// <summary>How adding, changing or removing a server ended: a closed family.</summary>
public abstract record ServerOutcome
{
    private ServerOutcome()
    {
    }

    public sealed record Added(ServerInfo Server) : ServerOutcome;

    /// <summary>It is so from now on; containers, data and snapshots are as they were.</summary>
    public sealed record Changed(ServerInfo Server, ServerSetting Setting) : ServerOutcome;

    /// <summary>The server is gone from the catalog; its containers and snapshots are as they were.</summary>
    public sealed record Removed(ServerId Id, string Name) : ServerOutcome;

    public sealed record Refused(Refusal Refusal) : ServerOutcome;
}

/// <summary>What of a server can be changed.</summary>
public enum ServerSetting
{
    Ignored,
    Included,
}

/// <summary>What a server's name or id led to: a closed family.</summary>
public abstract record ServerFound
{
    private ServerFound()
    {
    }

    public sealed record One(ServerInfo Server) : ServerFound;

    public sealed record Refused(Refusal Refusal) : ServerFound;
}
