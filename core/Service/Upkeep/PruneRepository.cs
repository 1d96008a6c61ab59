using System.Text.Json.Serialization;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Remove data that no snapshot needs. Alone: it waits for what runs and lets nothing begin meanwhile.</summary>
public sealed record PruneRepository(PruneWhen When) : OperationRequest<PruneRepositoryOutcome>
{
    public const string KindText = "storage prune";

    [JsonIgnore]
    public override string Kind => KindText;

    [JsonIgnore]
    public override OperationScope Scope => OperationScope.RepositoryAlone;
}

/// <summary>When to carry a plan out.</summary>
public enum PruneWhen
{
    Always,

    /// <summary>Only when it frees enough to be worth the reading and writing.</summary>
    Pays,

    /// <summary>Only the plan is wanted.</summary>
    Never,
}

/// <summary>How a prune ended: a closed family.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "is")]
[JsonDerivedType(typeof(Pruned), "pruned")]
[JsonDerivedType(typeof(Planned), "planned")]
[JsonDerivedType(typeof(NotWorthIt), "not-worth-it")]
[JsonDerivedType(typeof(Waits), "waits")]
[JsonDerivedType(typeof(MadeWay), "made-way")]
[JsonDerivedType(typeof(NoSnapshots), "no-snapshots")]
[JsonDerivedType(typeof(Damaged), "damaged")]
public abstract record PruneRepositoryOutcome
{
    private PruneRepositoryOutcome()
    {
    }

    public sealed record Pruned(PruneCounts Counts, TimeSpan Took) : PruneRepositoryOutcome;

    /// <summary>What it would do.</summary>
    public sealed record Planned(PruneCounts Counts) : PruneRepositoryOutcome;

    /// <summary>It would free too little to be worth it; nothing was changed.</summary>
    public sealed record NotWorthIt(PruneCounts Counts) : PruneRepositoryOutcome;

    /// <summary>A snapshot was deleted a moment ago and can still be put back until then.</summary>
    public sealed record Waits(string Name, DateTimeOffset Until) : PruneRepositoryOutcome;

    /// <summary>A snapshot was asked for meanwhile and comes first; nothing is lost, the next round prunes.</summary>
    public sealed record MadeWay : PruneRepositoryOutcome;

    /// <summary>No snapshot is to be seen, so all data would go. Nothing was changed.</summary>
    public sealed record NoSnapshots : PruneRepositoryOutcome;

    /// <summary>Something is damaged: first find out what can be saved. Nothing was changed.</summary>
    public sealed record Damaged(IReadOnlyList<string> Reasons) : PruneRepositoryOutcome;
}

/// <summary>What a prune does. Sizes are bytes.</summary>
public sealed record PruneCounts(int PacksKept, int PacksRewritten, int PacksRemoved, long BytesFreed, long BytesRemaining, long BytesUnusedLeft);
