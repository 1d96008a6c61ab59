using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Service.Capture;

/// <summary>Rules whose absence tests prove to matter; nobody else changes them.</summary>
internal sealed record CaptureRules
{
    /// <summary>Whether file systems are flushed before a pass.</summary>
    public bool Syncs { get; init; } = true;

    /// <summary>Whether files younger than the last flush are distrusted.</summary>
    public bool KnowsRacy { get; init; } = true;
}

/// <summary>
/// Passes over a server that runs: each after a flush, each reading only what changed since the one before, so that at last little is left for
/// the freeze.
/// </summary>
internal sealed class LivePasses(ArchiveSession archive, CapturePlan plan, IReadOnlyList<ArchiveItem> items, PassOptions options, CaptureRules rules, TimeProvider time)
{
    private const int MostPasses = 5;

    /// <summary>What is read in a tenth of a second needs no further pass.</summary>
    private const long SmallEnough = 128 << 20;

    /// <summary>Another pass is worth it while it leaves at most this share to be read.</summary>
    private const double Shrinking = 0.7;

    /// <summary>
    /// A pass so short that left more met what happens now and then, a database that tidies up its log for example: once more is worth it. One that
    /// took longer meets it every time.
    /// </summary>
    private static readonly TimeSpan BadLuck = TimeSpan.FromSeconds(10);

    private DateTimeOffset _synced;

    /// <summary>What the newest pass came to.</summary>
    public PassResult Last { get; private set; } = null!;

    /// <summary>One pass.</summary>
    public async Task<PassResult> OnceAsync(PassEffort effort, CancellationToken cancellationToken)
    {
        var next = options with { Effort = effort, Remembers = true, Parent = Last?.Tree ?? options.Parent };
        if (rules.Syncs && effort == PassEffort.Courteous)
            await archive.WriteBackAsync(items, next, cancellationToken);

        // Before the flush begins, not when it ends: what is written meanwhile is younger.
        _synced = time.GetUtcNow();
        if (rules.Syncs)
            await Task.Run(plan.Sync, cancellationToken);
        return Last = await archive.PassAsync(items, next with { SyncedAt = SyncedAt }, cancellationToken);
    }

    /// <summary>Passes until the difference does not shrink any more; returns what is left.</summary>
    public async Task<DifferenceEstimate> UntilSteadyAsync(CancellationToken cancellationToken)
    {
        await OnceAsync(PassEffort.Courteous, cancellationToken);
        var left = await EstimateAsync(null, cancellationToken);
        var wasUnlucky = false;
        for (var number = 1; number < MostPasses && (left.Bytes > SmallEnough || left.UnknownBytes > SmallEnough / 8); number++)
        {
            var since = time.GetTimestamp();
            await OnceAsync(PassEffort.Courteous, cancellationToken);
            var now = await EstimateAsync(null, cancellationToken);
            var shrank = now.Bytes < left.Bytes * Shrinking || now.UnknownBytes < left.UnknownBytes * Shrinking;
            left = now;
            if (!shrank && (wasUnlucky || time.GetElapsedTime(since) > BadLuck))
                break;
            wasUnlucky = !shrank;
        }

        return left;
    }

    /// <summary>What is left to be read; files that can be cloned into the folder, when there is one, need no reading.</summary>
    public Task<DifferenceEstimate> EstimateAsync(DirectoryHandle? spill, CancellationToken cancellationToken) =>
        archive.EstimateDifferenceAsync(items, Difference() with { SpillFolder = spill }, cancellationToken);

    /// <summary>An empty difference, with its memory, to be made before the freeze.</summary>
    /// <param name="memory">Bytes of copies to keep in memory.</param>
    /// <param name="spill">Where to put the others.</param>
    /// <param name="most">When more turns out to have to be read, nothing is copied. Null for no such limit.</param>
    public CopiedDifference MakeDifference(long memory, DirectoryHandle spill, long? most) => new(Difference() with
    {
        Memory = memory,
        SpillFolder = spill,

        // Clones are not read, whatever their size.
        MostBytes = spill.CanCloneFiles() ? null : most,
    });

    /// <summary>Bytes of which one can say that they are about as many as were left before; much more is another matter.</summary>
    public static long MostAfter(DifferenceEstimate left) => (2 * left.Bytes) + SmallEnough;

    public Task CopyDifferenceAsync(CopiedDifference difference, CancellationToken cancellationToken) =>
        archive.CopyDifferenceAsync(items, difference, cancellationToken);

    /// <summary>Processes a copied difference, while the server runs again.</summary>
    public async Task<PassResult> ProcessAsync(CopiedDifference difference, CancellationToken cancellationToken) =>
        Last = await archive.ProcessDifferenceAsync(difference, options with { Effort = PassEffort.Courteous }, cancellationToken);

    private UnixTime? SyncedAt => rules.KnowsRacy ? UnixTime.From(_synced) : null;

    private DifferenceOptions Difference() => new() { SyncedAt = SyncedAt, Excludes = options.Excludes };
}
