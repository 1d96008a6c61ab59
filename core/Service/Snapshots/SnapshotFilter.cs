using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Which snapshots a list shows, newest first.</summary>
public sealed record SnapshotFilter
{
    public ServerId? Server { get; init; }

    /// <summary>Only of these; null means of any.</summary>
    public IReadOnlyList<ServerId>? Servers { get; init; }

    /// <summary>With this in their name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>With this in their note, or null.</summary>
    public string? Note { get; init; }

    /// <summary>Made by this one, as <see cref="SnapshotInfo.CreatedBy"/> names them, or null.</summary>
    public string? By { get; init; }

    public LockFilter Lock { get; init; }

    /// <summary>Not older than this.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>At most this many; 1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary>Only those that come after this one in the list.</summary>
    public SnapshotId? After { get; init; }
}

/// <summary>Whether a list shows all snapshots or only locked ones.</summary>
public enum LockFilter
{
    All,
    LockedOnly,
}

/// <summary>One page of a list, newest first; <paramref name="Next"/> asks for the page behind it.</summary>
public sealed record SnapshotPage(IReadOnlyList<SnapshotInfo> Snapshots, SnapshotId? Next);
