using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Storage.Copying;

/// <summary>What a copy did.</summary>
/// <param name="Copied">Snapshots that are there now and were not.</param>
/// <param name="Changed">Snapshots that were there with other tags.</param>
/// <param name="There">Snapshots that were there already.</param>
/// <param name="Blobs">Blobs written.</param>
/// <param name="Bytes">Bytes written to packs and indexes.</param>
public sealed record CopyFigures(int Copied, int Changed, int There, long Blobs, long Bytes)
{
    /// <summary>The source's snapshots that the target holds now.</summary>
    public IReadOnlyList<StoredSnapshot> Held { get; init; } = [];

    /// <summary>The source's snapshots that can't be read whole, and so were left out.</summary>
    public IReadOnlyList<DamagedSnapshot> Damaged { get; init; } = [];
}

/// <summary>A snapshot of the source that could not be copied.</summary>
public sealed record DamagedSnapshot(SnapshotFileId Id, RepositoryDamagedException Damage);

/// <summary>The copy ended early. What it had finished is whole, in the target and for the next run.</summary>
public sealed class CopyStoppedException(CopyFigures done, int left, Exception inner)
    : Exception($"The copy ended early with {left} snapshots left: {inner.Message}", inner)
{
    public CopyFigures Done { get; } = done;

    public int Left { get; } = left;
}

/// <summary>How far a copy is, in plain bytes of what is missing in the target.</summary>
public readonly record struct CopyProgress(int SnapshotsDone, int Snapshots, long BytesDone, long Bytes);

/// <summary>Which side a failure of a copy was on.</summary>
internal static class CopySides
{
    public static bool IsOfBackend(Exception error) => error is BackendException or RepositoryDamagedException;
}
