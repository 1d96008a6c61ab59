using SnapshotBot.Storage.Backends;

namespace SnapshotBot.Storage.Format;

/// <summary>Something the repository holds is not what its name promises. Nothing was changed.</summary>
public class RepositoryDamagedException : IOException
{
    public RepositoryDamagedException(string message, RepositoryFile? file = null, BlobId? blob = null, Exception? inner = null)
        : base(message, inner)
    {
        File = file;
        Blob = blob;
    }

    /// <summary>The file that is damaged or missing, where one is known.</summary>
    public RepositoryFile? File { get; }

    /// <summary>The blob that can't be had, where one is known.</summary>
    public BlobId? Blob { get; }
}
