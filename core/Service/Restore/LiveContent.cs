using System.Security.Cryptography;
using SnapshotBot.Service.Capture;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Service.Restore;

/// <summary>Settles by reading what times could not: whether a live file has the content a snapshot keeps.</summary>
internal sealed class LiveContent(DirectoryHandle root, BlobIndex index)
{
    private readonly byte[] _buffer = new byte[1 << 20];

    /// <summary>How a folder of a snapshot is compared with what is live at a path, so that times are trusted only where they prove something.</summary>
    public static TreeComparisonOptions ComparisonOf(ServerDocument document, string folder, string livePath, HostMounts mounts) => new()
    {
        ContentProof = mounts.IsTimeless(livePath) ? ContentProof.Reading : ContentProof.Status,
        Unproven = document.RacyIn(folder),
    };

    /// <summary>Whether a change is one after all, once its content was read.</summary>
    public bool IsReal(in TreeChange change)
    {
        if ((change.Aspects & ChangeAspects.ContentUnproven) == ChangeAspects.None || change.Before is null || change.After is null)
            return true;
        var kept = change.Before.Content ?? change.After.Content;
        return kept is null || !IsEqual(change.ToPath(), kept) || (change.Aspects & ~ChangeAspects.ContentUnproven) != ChangeAspects.None;
    }

    /// <summary>Whether only metadata differs, once the content was read.</summary>
    public bool IsContentEqual(in TreeChange change) =>
        change.IsMetadataOnly
        || ((change.Aspects & (ChangeAspects.Type | ChangeAspects.Content | ChangeAspects.Unreadable)) == ChangeAspects.None
            && (change.Before?.Content ?? change.After?.Content) is { } kept && IsEqual(change.ToPath(), kept));

    private bool IsEqual(byte[] path, BlobId[] content)
    {
        try
        {
            var slash = path.AsSpan().LastIndexOf((byte)'/');
            using var folder = slash < 0 ? root.Reopen() : root.OpenBeneath(path.AsSpan(0, slash));
            using var file = folder.OpenFile(path.AsSpan(slash + 1), out _);
            var offset = 0L;
            foreach (var blob in content)
            {
                if (!index.TryFind(blob, BlobKind.Data, out var at) || !IsAt(file, ref offset, at.PlainLength, blob))
                    return false;
            }

            return true;
        }
        catch (FileSystemException)
        {
            return false;
        }
    }

    private bool IsAt(FileHandle file, ref long offset, long length, BlobId id)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (length > 0)
        {
            var wanted = (int)Math.Min(_buffer.Length, length);
            if (file.ReadAt(offset, _buffer.AsSpan(0, wanted)) < wanted)
                return false;
            hash.AppendData(_buffer, 0, wanted);
            offset += wanted;
            length -= wanted;
        }

        Span<byte> result = stackalloc byte[ObjectId.Size];
        hash.GetHashAndReset(result);
        return ObjectId.FromBytes(result) == id.Value;
    }
}
