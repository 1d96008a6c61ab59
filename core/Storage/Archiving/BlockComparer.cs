using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Told of each range of a file that is compared, in order; the bytes are given where they changed and were read just now.</summary>
internal interface IRangeSink
{
    void Same(int block, int length);

    /// <summary>The bytes at this offset are others than before. They are the sink's until it returns.</summary>
    void Changed(long offset, ReadOnlySpan<byte> bytes);
}

/// <summary>Reads a file against the blocks known of it: as fast as the page cache gives it, for a fast hash costs a fifth of that.</summary>
internal sealed class BlockComparer
{
    /// <summary>Small enough to stay in the second-level cache between being read and being hashed.</summary>
    private const int Window = 256 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Chunking.ChunkingPolicy.MaximumChunkSize + Window, pinned: true);

    /// <summary>Compares a range that begins at a known block.</summary>
    /// <param name="file">The file.</param>
    /// <param name="known">What it was.</param>
    /// <param name="firstBlock">The block at <paramref name="start"/>; -1 when no block begins there: all is told as changed.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="end">Where to end; the file may end before.</param>
    /// <param name="grown">Whether the file is longer than it was known.</param>
    /// <param name="ranges">Where the file has data: known zeros in a hole are not read.</param>
    /// <param name="sink">Told of what is found.</param>
    /// <returns>Bytes there were.</returns>
    public long Compare(FileHandle file, FileBlocks? known, int firstBlock, long start, long end, GrownFile grown, DataRanges ranges, IRangeSink sink)
    {
        var block = firstBlock < 0 ? int.MaxValue : firstBlock;
        var comparable = known is null ? 0 : known.Count - (grown == GrownFile.No ? 0 : 1);
        var at = start;
        var filled = 0;
        var used = 0;
        while (at < end)
        {
            var length = block < comparable ? known!.LengthOf(block) : (int)Math.Min(Window, end - at);
            var isBlock = block < comparable && at + length <= end;
            length = isBlock ? length : (int)Math.Min(Window, end - at);
            if (isBlock && filled == used && known!.HashOf(block) == BlockHash.Zeros && ranges.HoleEnd(at, at + length) == at + length)
            {
                sink.Same(block++, length);
                at += length;
                continue;
            }

            if (filled - used < length)
            {
                _buffer.AsSpan(used, filled - used).CopyTo(_buffer);
                filled -= used;
                used = 0;
                var want = (int)Math.Min(Math.Max(Window, length) - filled, end - at - filled);
                filled += file.ReadAt(at + filled, _buffer.AsSpan(filled, want));
            }

            var got = Math.Min(length, filled - used);
            if (got > 0)
                Tell(sink, known, isBlock && got == length ? block : -1, at, _buffer.AsSpan(used, got));
            used += got;
            at += got;
            if (got < length)
                break;
            block = block == int.MaxValue ? block : block + 1;
            if (!isBlock)
                block = int.MaxValue;
        }

        return at - start;
    }

    private static void Tell(IRangeSink sink, FileBlocks? known, int block, long offset, ReadOnlySpan<byte> bytes)
    {
        if (block >= 0 && BlockHash.Of(bytes) == known!.HashOf(block))
            sink.Same(block, bytes.Length);
        else
            sink.Changed(offset, bytes);
    }
}

/// <summary>Whether a file is longer than what is known of it: then its last known block ended where the file did and would be cut elsewhere now.</summary>
internal enum GrownFile
{
    No,
    Yes,
}
