using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Fill the catalog's servers and snapshots again from the repository alone.</summary>
public sealed record RebuildCatalog : OperationRequest<RebuildCatalogOutcome>
{
    public const string KindText = "catalog rebuild";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.RepositoryAlone;
}

/// <summary>What a rebuild found.</summary>
public sealed record RebuildCatalogOutcome(int Servers, int Snapshots)
{
    /// <summary>Schedules that came back; they are paused until somebody resumes them.</summary>
    public int Schedules { get; init; }

    /// <summary>Settings that came back.</summary>
    public int Settings { get; init; }

    /// <summary>When servers, schedules and settings were last kept in the repository; null when they never were.</summary>
    public DateTimeOffset? KeptAt { get; init; }
}
