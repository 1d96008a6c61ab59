using System.Collections.Concurrent;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Storage.Restoring;

/// <summary>Knows blobs of nothing but zeros by their ids: they become holes, unread and unwritten.</summary>
internal static class ZeroBlobs
{
    /// <summary>Shorter runs of zeros are not worth a hole.</summary>
    private const uint Shortest = 64 * 1024;

    private const uint Longest = 16 * 1024 * 1024;

    private static readonly ConcurrentDictionary<uint, ObjectId> IdsByLength = new();

    public static bool IsZeros(BlobId id, in BlobLocation at)
    {
        var length = at.PlainLength;
        // Zeros shrink to next to nothing: what did not shrink is spared the hashing.
        if (length is < Shortest or > Longest || (at.IsCompressed && at.Length > 128 + (length / 1024)))
        {
            return false;
        }

        // Stored as it is, the only hint is a length that chunkers cut zeros to.
        if (!at.IsCompressed && (length & (length - 1)) != 0)
        {
            return false;
        }

        return id.Value == IdsByLength.GetOrAdd(length, static size => ObjectId.Hash(new byte[size]));
    }
}
