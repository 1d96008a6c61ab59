namespace SnapshotBot.Service.Catalog;

/// <summary>Something that is not as it should be, from its first sight to its end. At most one is open for a server, cause and subject.</summary>
internal sealed class IncidentRow
{
    public required string Id { get; init; }

    /// <summary>The server's id; empty for what concerns all.</summary>
    public required string ServerId { get; init; }

    /// <summary>A stable word.</summary>
    public required string Cause { get; init; }

    /// <summary>What else tells two incidents of one cause apart, a schedule's id for instance; may be empty.</summary>
    public required string Subject { get; init; }

    /// <summary>JSON: the cause with its figures as last seen.</summary>
    public required string Detail { get; set; }

    public long OpenedAt { get; init; }

    public long SeenAt { get; set; }

    /// <summary>How often it was seen.</summary>
    public int Times { get; set; }

    public long? ResolvedAt { get; set; }

    /// <summary>Grows with every change of any incident, so that watchers read only what is new.</summary>
    public long Revision { get; set; }
}

/// <summary>A server whose snapshots don't expire until a person says it is fine: something looks broken.</summary>
internal sealed class HoldRow
{
    public required string ServerId { get; init; }

    /// <summary>JSON: what looked broken.</summary>
    public required string Detail { get; init; }

    /// <summary>The last good snapshot, or null when there was none.</summary>
    public string? Snapshot { get; set; }

    /// <summary>Whether the hold locked it; a snapshot that was locked before stays so when the hold ends.</summary>
    public bool LockedHere { get; set; }

    public long Since { get; init; }
}

/// <summary>A snapshot deleted a moment ago: its file, so that it can be put back while its data is still there.</summary>
internal sealed class DeletedRow
{
    public required string Id { get; init; }

    public required string ServerId { get; set; }

    public required string Name { get; set; }

    /// <summary>The snapshot file, JSON.</summary>
    public required string File { get; set; }

    public long DeletedAt { get; set; }

    /// <summary>Until then no prune removes its data.</summary>
    public long Until { get; set; }
}

/// <summary>How large the repository was at one moment, and how full its disk.</summary>
internal sealed class SampleRow
{
    public long At { get; init; }

    public long Bytes { get; init; }

    public int Snapshots { get; init; }

    /// <summary>Bytes free where the repository lies; null where nobody can tell.</summary>
    public long? Free { get; init; }

    public long? Total { get; init; }
}

/// <summary>Something upkeep remembers from round to round, JSON by a stable word.</summary>
internal sealed class MarkRow
{
    public required string Key { get; init; }

    public required string Value { get; set; }

    public long At { get; set; }
}
