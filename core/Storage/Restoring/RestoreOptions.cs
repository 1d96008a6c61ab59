using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Restoring;

/// <summary>What happens to entries of the target that the snapshot does not have.</summary>
public enum ExtraEntries
{
    /// <summary>They stay.</summary>
    Keep,

    /// <summary>They are removed, directories with all that is in them.</summary>
    Remove,
}

/// <summary>How a tree is restored.</summary>
public sealed record RestoreOptions
{
    public ExtraEntries ExtraEntries { get; init; } = ExtraEntries.Keep;

    /// <summary>Owner, mode, times and attributes for the target directory itself; null leaves it as it is.</summary>
    public Node? RootNode { get; init; }

    /// <summary>
    /// Existing files from this size on are patched in place when less than half of them differs; smaller ones are written anew beside the
    /// old and renamed over it.
    /// </summary>
    /// <remarks>
    /// A patch is fetched and verified whole before the first byte of the file changes, so damage in the repository never harms it; a
    /// crash within the moment of patching leaves a mixture that the same restore, run again, completes.
    /// </remarks>
    public long PatchFrom { get; init; } = 32L << 20;
}
