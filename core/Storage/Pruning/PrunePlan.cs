using SnapshotBot.Storage.Checking;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Storage.Pruning;

/// <summary>What pruning would do, or why it must not.</summary>
public abstract record PrunePlan
{
    private protected PrunePlan()
    {
    }

    /// <summary>The repository has no snapshots: all data would go. A list that came back empty by mistake must not do that.</summary>
    public sealed record NoSnapshots : PrunePlan;

    /// <summary>Something is damaged or missing: first find out what can be saved. Nothing was changed.</summary>
    public sealed record Damaged(IReadOnlyList<string> Reasons) : PrunePlan;

    /// <summary>What to do, with the figures. Hand it to <see cref="RepositoryPruner.ExecuteAsync"/> under the lock it was made under.</summary>
    public sealed record Ready : PrunePlan
    {
        internal Ready(PruneFigures figures, PruneWork work)
        {
            Figures = figures;
            Work = work;
        }

        public PruneFigures Figures { get; }

        /// <summary>Whether there is anything to do.</summary>
        public bool IsEmpty => Work.Repack.Count == 0 && Work.Remove.Count == 0 && Work.Unlisted.Count == 0 && Work.Missing.Count == 0;

        internal PruneWork Work { get; }
    }
}

/// <summary>The figures of a plan. Sizes are bytes in packs.</summary>
/// <param name="UsedBytes">What snapshots need.</param>
/// <param name="UnusedBytes">What no snapshot needs, second copies counted.</param>
/// <param name="PacksKept">Packs that stay as they are.</param>
/// <param name="PacksRewritten">Packs whose needed part is written anew, because too much of them is unused.</param>
/// <param name="PacksRemoved">Packs that go because nothing in them is needed.</param>
/// <param name="PacksUnlisted">Packs that go because no index names them.</param>
/// <param name="PacksTooYoung">Packs that no index names yet and that are too young to go.</param>
/// <param name="BytesFreed">What all of this gives back.</param>
/// <param name="UnusedBytesLeft">Unused bytes that stay.</param>
public sealed record PruneFigures(
    long UsedBytes,
    long UnusedBytes,
    int PacksKept,
    int PacksRewritten,
    int PacksRemoved,
    int PacksUnlisted,
    int PacksTooYoung,
    long BytesFreed,
    long UnusedBytesLeft);

/// <summary>What a plan needs to be carried out. Packs are positions in <see cref="BlobIndex.Packs"/>.</summary>
/// <param name="Loaded">The index the plan was made from.</param>
/// <param name="Entries">What each pack holds.</param>
/// <param name="Chosen">The entries that stay needed, one for each blob.</param>
/// <param name="Keep">Packs that stay.</param>
/// <param name="Repack">Packs to write anew.</param>
/// <param name="Remove">Packs to drop.</param>
/// <param name="Missing">Packs that the index names, nobody needs and that are gone already.</param>
/// <param name="Unlisted">Packs that no index names and that may go.</param>
internal sealed record PruneWork(
    LoadedIndex Loaded,
    PackEntries Entries,
    HandleSet Chosen,
    IReadOnlyList<int> Keep,
    IReadOnlyList<int> Repack,
    IReadOnlyList<int> Remove,
    IReadOnlyList<int> Missing,
    IReadOnlyList<PackId> Unlisted);
