namespace SnapshotBot.Storage.Format;

// One small type per meaning, so that a pack's id is never handed to what wants a blob's.

/// <summary>A blob's id: the SHA-256 of its plain content.</summary>
public readonly record struct BlobId(ObjectId Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>The id of a tree blob.</summary>
public readonly record struct TreeId(ObjectId Value)
{
    /// <summary>A tree is a blob; this is the blob's id.</summary>
    public BlobId Blob => new(Value);

    public override string ToString() => Value.ToString();
}

/// <summary>A pack file's id: the SHA-256 of the file.</summary>
public readonly record struct PackId(ObjectId Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>An index file's id.</summary>
public readonly record struct IndexFileId(ObjectId Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>The id of a snapshot file; it changes when the snapshot is renamed or locked.</summary>
public readonly record struct SnapshotFileId(ObjectId Value)
{
    public override string ToString() => Value.ToString();

    public string ToShortString() => Value.ToShortString();
}

/// <summary>What a blob holds.</summary>
public enum BlobKind : byte
{
    /// <summary>A piece of a file's content.</summary>
    Data = 0,

    /// <summary>A directory's entries.</summary>
    Tree = 1,
}
