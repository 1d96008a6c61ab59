namespace SnapshotBot.Service.Catalog;

/// <summary>Something somebody in a guild did, or was kept from doing.</summary>
internal sealed class AuditRow
{
    /// <summary>Grows by one; made by the database.</summary>
    public long Id { get; init; }

    public long At { get; init; }

    public long Guild { get; init; }

    /// <summary>The person's id.</summary>
    public long Person { get; init; }

    /// <summary>What it was, as a command's name: <c>snapshot delete</c>.</summary>
    public required string Act { get; init; }

    /// <summary>What it was done to: an id, or null.</summary>
    public string? Subject { get; init; }

    public int Verdict { get; init; }

    /// <summary>Why it was refused, as a stable word.</summary>
    public string? Reason { get; init; }
}

/// <summary>A question one person was asked and has not answered yet.</summary>
internal sealed class ConfirmRow
{
    public required string Handle { get; init; }

    public long Guild { get; init; }

    public long Person { get; init; }

    /// <summary>What a yes would do; only who wrote it can read it.</summary>
    public required string Request { get; init; }

    public long ExpiresAt { get; init; }
}

/// <summary>Where something was said that is edited later: plain numbers, whoever they belong to.</summary>
internal sealed class PostedRow
{
    /// <summary>What it is about: <c>operation:6924f2a0...</c>, <c>panel:CHANNEL</c>.</summary>
    public required string Subject { get; init; }

    public long Guild { get; set; }

    public long Channel { get; set; }

    /// <summary>Null until it is out.</summary>
    public long? Message { get; set; }

    public long At { get; set; }

    /// <summary>What the writer wants to remember of it, or null.</summary>
    public string? State { get; set; }
}

/// <summary>A server shown to a guild that is not its home.</summary>
internal sealed class ShareRow
{
    public required string ServerId { get; init; }

    public long Guild { get; init; }
}
