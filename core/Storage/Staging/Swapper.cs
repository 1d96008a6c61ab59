using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Staging;

/// <summary>
/// Carries out a swap, or takes it back, from wherever it stands: each step's state is read from inodes, so both may be run again after a
/// kill at any instant. Works on files only. Nothing may run in the trees meanwhile.
/// </summary>
/// <remarks>The manifest must be durable (<see cref="SwapManifest.Save"/>) before <see cref="Run"/> is first called.</remarks>
public sealed class Swapper(SwapManifest manifest, Func<byte[], DirectoryHandle> open)
{
    /// <summary>Called after each change to the disk: where a kill may strike.</summary>
    internal Action? AfterChange { get; set; }

    /// <summary>Called after each step of <see cref="Run"/>, on its thread, with how many are done.</summary>
    public Action<int>? Stepped { get; init; }

    /// <summary>Does all steps that are not done. When one can't be done, all are taken back.</summary>
    public SwapOutcome Run(CancellationToken cancellationToken)
    {
        var done = 0;
        try
        {
            foreach (var tree in manifest.Trees)
            {
                using var session = new SwapSession(tree, open, AfterChange);
                foreach (var entry in tree.Entries)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    session.Do(entry);
                    Stepped?.Invoke(++done);
                }

                session.Describe(static entry => entry.New!, OtherFolders.AreOthers);
                session.Sync();
            }

            return new SwapOutcome.Swapped(manifest.Trees.Sum(tree => tree.Entries.Count));
        }
        catch (FileSystemException e)
        {
            return TakeBack(e);
        }
        catch (OperationCanceledException)
        {
            TakeBack(null);
            throw;
        }
    }

    /// <summary>Undoes all steps that are done, the last first.</summary>
    public SwapOutcome TakeBack() => TakeBack(null);

    /// <summary>Removes the staging areas with all that is in them: what was replaced, after a swap; what was staged, after taking it back.</summary>
    public void Discard(CancellationToken cancellationToken)
    {
        foreach (var tree in manifest.Trees)
        {
            var slash = tree.StagingPath.AsSpan().LastIndexOf((byte)'/');
            using var parent = open(slash > 0 ? tree.StagingPath[..slash] : [(byte)'/']);
            TreeRemover.Remove(parent, tree.StagingPath.AsSpan(slash + 1), cancellationToken);
            parent.Sync();
        }
    }

    private SwapOutcome.TakenBack TakeBack(IOException? reason)
    {
        var (left, stranded) = (new List<byte[]>(), new List<byte[]>());
        foreach (var tree in manifest.Trees.Reverse())
        {
            using var session = new SwapSession(tree, open, AfterChange);
            foreach (var entry in tree.Entries.Reverse())
            {
                if (!session.TryUndo(entry))
                {
                    (session.HoldsOriginalOf(entry) ? stranded : left).Add(entry.Path);
                }
            }

            session.Describe(static entry => entry.Old!, OtherFolders.StandForTheirs);
            session.Sync();
        }

        return new(reason, left, stranded);
    }
}
