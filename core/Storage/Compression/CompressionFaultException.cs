namespace SnapshotBot.Storage.Compression;

/// <summary>A content did not come back from its own compressed form: a fault of memory or of the compressor. Nothing of it was written.</summary>
public sealed class CompressionFaultException(int length)
    : Exception($"{length} bytes did not survive being compressed and decompressed, so they were not stored; nothing already saved is harmed. "
        + "This points to faulty memory: test the machine's memory, then try again.")
{
    /// <summary>Length of the content.</summary>
    public int Length { get; } = length;
}
