using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Storage.Checking;

/// <summary>Something a check found. <see cref="IsDamage"/> tells what is broken from what is merely untidy.</summary>
public abstract record CheckFinding
{
    private protected CheckFinding()
    {
    }

    /// <summary>The file it is about, where one can be named.</summary>
    public abstract RepositoryFile? File { get; }

    /// <summary>False for what harms nothing and the next prune tidies up.</summary>
    public virtual bool IsDamage => true;

    /// <summary>A sentence for people.</summary>
    public abstract string Message { get; }

    /// <summary>A key, index or snapshot file is not what its name or seal promises.</summary>
    public sealed record DamagedFile(RepositoryFile Name, string Reason) : CheckFinding
    {
        public override RepositoryFile? File => Name;

        public override string Message => Reason;
    }

    /// <summary>A pack that the index names is gone.</summary>
    public sealed record MissingPack(PackId Pack) : CheckFinding
    {
        public override RepositoryFile? File => new(FileKind.Pack, Pack.Value);

        public override string Message => $"Pack {Pack} is missing.";
    }

    /// <summary>A pack has another size than the index tells.</summary>
    public sealed record WrongPackSize(PackId Pack, long Expected, long Found) : CheckFinding
    {
        public override RepositoryFile? File => new(FileKind.Pack, Pack.Value);

        public override string Message => $"Pack {Pack} has {Found} bytes where the index expects {Expected}.";
    }

    /// <summary>A pack's bytes are not what its name promises, or its header does not match the index.</summary>
    public sealed record DamagedPack(PackId Pack, string Reason) : CheckFinding
    {
        public override RepositoryFile? File => new(FileKind.Pack, Pack.Value);

        public override string Message => $"Pack {Pack}: {Reason}";
    }

    /// <summary>A blob can't be read back as what its id promises.</summary>
    public sealed record DamagedBlob(BlobId Blob, BlobKind Kind, PackId Pack, string Reason) : CheckFinding
    {
        public override RepositoryFile? File => new(FileKind.Pack, Pack.Value);

        public override string Message => Reason;
    }

    /// <summary>A blob that snapshots need is in no pack, or a tree makes no sense.</summary>
    public sealed record LostBlob(BlobId Blob, BlobKind Kind, string Reason) : CheckFinding
    {
        public override RepositoryFile? File => null;

        public override string Message => $"{(Kind == BlobKind.Tree ? "Tree" : "Piece of a file")} {Blob.Value.ToShortString()} can't be had: {Reason}";
    }

    /// <summary>Packs hold what snapshots need, and no index says so: an index file is gone. What is in the packs is not.</summary>
    /// <param name="Packs">All packs that no index names; the first holds what was found missing.</param>
    public sealed record LostIndex(IReadOnlyList<PackId> Packs) : CheckFinding
    {
        public override RepositoryFile? File => null;

        public override string Message =>
            $"An index file is lost or damaged: pack {Packs[0]} holds what snapshots need, and no index names it"
            + (Packs.Count > 1 ? $" nor {Packs.Count - 1} other packs" : "")
            + ". The packs are still there, and prune leaves them alone. 'restic repair index' writes the index anew from them.";
    }

    /// <summary>A pack that no index names: what a run that was killed left. Harmless.</summary>
    public sealed record UnlistedPack(PackId Pack, long Size) : CheckFinding
    {
        public override RepositoryFile? File => new(FileKind.Pack, Pack.Value);

        public override bool IsDamage => false;

        public override string Message => $"Pack {Pack} ({Size} bytes) is in no index; prune removes it.";
    }
}

/// <summary>What damage means for one snapshot.</summary>
/// <param name="Snapshot">The snapshot file.</param>
/// <param name="Paths">Files and folders that can't be restored whole, as bytes; up to <see cref="RepositoryChecker.MostPaths"/>.</param>
/// <param name="MorePaths">How many more there are.</param>
public sealed record HurtSnapshot(SnapshotFileId Snapshot, IReadOnlyList<ReadOnlyMemory<byte>> Paths, long MorePaths);

/// <summary>What a check found out.</summary>
/// <param name="Findings">Everything found, harmless things too.</param>
/// <param name="Hurt">Snapshots that can't be restored whole.</param>
/// <param name="Snapshots">Snapshots looked at.</param>
/// <param name="Packs">Packs looked at.</param>
/// <param name="Blobs">Needed blobs, each counted once.</param>
/// <param name="BytesRead">Bytes of packs read and compared; 0 for a check of the structure.</param>
public sealed record CheckReport(
    IReadOnlyList<CheckFinding> Findings, IReadOnlyList<HurtSnapshot> Hurt, int Snapshots, int Packs, long Blobs, long BytesRead)
{
    /// <summary>Whether nothing is broken.</summary>
    public bool IsSound => !Findings.Any(finding => finding.IsDamage);
}

/// <summary>How deep to look.</summary>
public enum CheckDepth
{
    /// <summary>Indexes load, packs are there in their sizes, trees parse, every blob they name is listed.</summary>
    Structure,

    /// <summary>Besides, every byte: packs are hashed, their headers compared, every blob opened, decompressed and hashed.</summary>
    Data,
}

/// <summary>What a check is at.</summary>
public enum CheckStep
{
    Keys,
    Indexes,
    Packs,
    Snapshots,
    Trees,
    Data,
    Damage,
}

/// <summary>How far a step is; <see cref="Total"/> is 0 where it isn't known. For <see cref="CheckStep.Data"/> in bytes.</summary>
public readonly record struct CheckProgress(CheckStep Step, long Done, long Total);
