using SnapshotBot.Storage.Chunking;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Archiving;

/// <summary>Reads files, cuts them into chunks and writes what is new. One for each worker, with a buffer and a lane of its own.</summary>
internal sealed class FileReader(PassContext pass, BlobLane lane)
{
    /// <summary>Files longer than this are cut into stretches of this length, which several workers share; a multiple of every page size.</summary>
    public const long StretchLength = 16 << 20;

    /// <summary>Bytes read at once: large enough for few system calls, small enough to be in the cache when they are hashed.</summary>
    private const int ReadLength = 1 << 20;

    /// <summary>Holes begin and end on multiples of this: on a cut of aligned chunkers.</summary>
    private const long ZeroAlignment = 64 * 1024;

    /// <summary>Files from this length on are remembered block by block; smaller ones are as quickly copied as compared.</summary>
    private const int BlocksFrom = 64 * 1024;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ReadLength + ChunkingPolicy.MaximumChunkSize, pinned: true);
    private readonly ChunkWriter _chunks = new(lane, keepsBlocks: pass.Record is not null);
    private BlockComparer? _comparer;

    public async Task DoAsync(Work work, CancellationToken cancellationToken)
    {
        switch (work)
        {
            case Work.Files(var files):
                foreach (var file in files)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await ReadFileAsync(file, cancellationToken);
                    await RestAsync(cancellationToken);
                }

                break;
            case Work.Stretch(var file, var number):
                await ReadStretchAsync(file, number, cancellationToken);
                break;
            case Work.Stream(var scope, var slot, var item):
                await ReadStreamAsync(scope, slot, item, cancellationToken);
                break;
        }
    }

    private ValueTask RestAsync(CancellationToken cancellationToken) => pass.Crew is { } crew ? crew.Pace.RestAsync(cancellationToken) : ValueTask.CompletedTask;

    private async Task ReadFileAsync(PendingFile file, CancellationToken cancellationToken)
    {
        try
        {
            if (file.Size < ReadLength)
            {
                await ReadSmallAsync(file, cancellationToken);
            }
            else
            {
                using var handle = file.Scope.Handle!.OpenFile(file.Name, out var status);
                using var large = new LargeFile(file, handle, status, DataRanges.Of(handle, status), 1) { WasCold = pass.IsCold(handle, status) };
                large.Stretches[0] = await ReadRangeAsync(large, 0, status.Size, cancellationToken);
                Keep(large);
            }
        }
        catch (FileSystemException e)
        {
            pass.Tally.Warn(file.Scope.PathOf(file.Name), e);
        }

        await pass.Trees.EndFileAsync(file, cancellationToken);
    }

    private async ValueTask ReadSmallAsync(PendingFile file, CancellationToken cancellationToken)
    {
        var directory = file.Scope.Handle!;
        var length = directory.ReadSmallFile(file.Name, _buffer.AsSpan(0, ReadLength), out var status, out var presence);
        if (length == ReadLength || status.MayHaveHoles)
        {
            using var handle = directory.OpenFile(file.Name, out status);
            using var large = new LargeFile(file, handle, status, DataRanges.Of(handle, status), 1);
            large.Stretches[0] = await ReadRangeAsync(large, 0, status.Size, cancellationToken);
            Keep(large);
            return;
        }

        ExtendedAttribute[] attributes = [];
        if (presence != AttributePresence.None)
        {
            using var handle = directory.OpenFile(file.Name, out _);
            attributes = handle.ReadAttributes();
        }

        _chunks.Clear();
        var chunker = pass.Chunking.For(file.Name, length, _buffer.AsSpan(0, Math.Min(length, ChunkingPolicy.HeadSize)));
        for (var at = 0; at < length;)
        {
            var cut = chunker.FindCut(_buffer.AsSpan(at, length - at), at);
            await _chunks.WriteAsync(_buffer.AsMemory(at, cut), cancellationToken);
            at += cut;
        }

        pass.Tally.Done(length);
        var changed = length != status.Size || !directory.TryStat(file.Name, out var after) || IsChanged(status, after);
        Keep(file, status, attributes, [.. _chunks.Blobs], length, changed, length >= BlocksFrom || file.Scope.Times == FileTimes.ProveNothing ? pass.Remember(_chunks.Lengths, _chunks.Hashes) : null);
    }

    private async Task ReadStretchAsync(LargeFile file, int number, CancellationToken cancellationToken)
    {
        var start = number * StretchLength;
        try
        {
            file.Stretches[number] = await ReadRangeAsync(file, start, Math.Min(start + StretchLength, file.Status.Size), cancellationToken);
        }
        catch (FileSystemException e)
        {
            file.Stretches[number] = new StretchContent([], -1, [], []);
            pass.Tally.Warn(file.Pending.Scope.PathOf(file.Pending.Name), e);
        }

        if (file.End())
        {
            using (file)
            {
                try
                {
                    Keep(file);
                }
                catch (FileSystemException e)
                {
                    pass.Tally.Warn(file.Pending.Scope.PathOf(file.Pending.Name), e);
                }
            }

            await pass.Trees.EndFileAsync(file.Pending, cancellationToken);
        }
    }

    private async Task<StretchContent> ReadRangeAsync(LargeFile file, long start, long end, CancellationToken cancellationToken)
    {
        _chunks.Clear();
        var head = new byte[ChunkingPolicy.HeadSize];
        var headLength = file.Handle.ReadAt(0, head);
        var chunker = pass.Chunking.For(file.Pending.Name, file.Status.Size, head.AsSpan(0, headLength));
        var at = start;
        if (Known(file, start) is { } known)
        {
            at += await ReadChangedAsync(file, chunker, known, start, end, cancellationToken);
            return _chunks.ToStretch(at - start);
        }

        while (at < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var holeEnd = file.Ranges.HoleEnd(at, end);

            holeEnd = holeEnd == end ? end : holeEnd / ZeroAlignment * ZeroAlignment;
            if (holeEnd - at >= ZeroAlignment)
            {
                await _chunks.WriteZerosAsync(holeEnd - at, cancellationToken);
                pass.Tally.Done(holeEnd - at);
                at = holeEnd;
                continue;
            }

            var read = await ReadDataAsync(file, chunker, at, NextHole(file, at, end), cancellationToken);
            at += read.Bytes;
            if (read.Ended)
            {
                break;
            }
        }

        return _chunks.ToStretch(at - start);
    }

    /// <summary>The file's blocks from an earlier pass, when one begins where this range does.</summary>
    private static FileBlocks? Known(LargeFile file, long start) =>
        file.Pending is { Known: { } known, ParentNode.Content: { } content } && content.Length == known.Count && known.StartingAt(start) >= 0 ? known : null;

    /// <summary>Reads a range against what an earlier pass read, and cuts, hashes and writes only what changed since.</summary>
    private async Task<long> ReadChangedAsync(LargeFile file, IChunker chunker, FileBlocks known, long start, long end, CancellationToken cancellationToken)
    {
        _comparer ??= new BlockComparer();
        var ranges = new RangeList();
        var grown = file.Status.Size > known.Total ? GrownFile.Yes : GrownFile.No;
        _comparer.Compare(file.Handle, known, known.StartingAt(start), start, end, grown, file.Ranges, ranges);
        var at = start;
        foreach (var range in ranges.Ranges)
        {
            if (!range.IsSame)
            {
                var read = await ReadDataAsync(file, chunker, range.Offset, range.Offset + range.Length, cancellationToken);
                at += read.Bytes;
                if (read.Ended)
                    break;
                continue;
            }

            for (var block = range.FirstBlock; block < range.FirstBlock + range.Blocks; block++)
                _chunks.Add(file.Pending.ParentNode!.Content![block], known.LengthOf(block), known.HashOf(block));
            pass.Tally.Done(range.Length);
            at += range.Length;
        }

        return at - start;
    }

    /// <summary>Where the next hole worth the name begins.</summary>
    private static long NextHole(LargeFile file, long at, long end)
    {
        if (!file.Status.MayHaveHoles)
        {
            return end;
        }

        var dataStart = file.Ranges.HoleEnd(at, end);
        var dataEnd = dataStart == end ? end : file.Ranges.DataEnd(dataStart, end);
        return Math.Min(end, (Math.Max(dataEnd, at + 1) + ZeroAlignment - 1) / ZeroAlignment * ZeroAlignment);
    }

    private async Task<(long Bytes, bool Ended)> ReadDataAsync(
        LargeFile file, IChunker chunker, long start, long end, CancellationToken cancellationToken)
    {
        var filled = 0;
        var bufferAt = 0;
        var fileAt = start;
        var cutAt = start;
        var ended = false;
        while (true)
        {
            if (filled - bufferAt < chunker.MaximumSize && fileAt < end)
            {
                _buffer.AsSpan(bufferAt, filled - bufferAt).CopyTo(_buffer);
                filled -= bufferAt;
                bufferAt = 0;
                var want = (int)Math.Min(ReadLength, end - fileAt);
                var got = file.Handle.ReadAt(fileAt, _buffer.AsSpan(filled, want));
                filled += got;
                fileAt += got;
                pass.Tally.Done(got);
                await RestAsync(cancellationToken);
                if (got < want)
                {
                    // Shorter than it was: what is in the buffer is the rest.
                    end = fileAt;
                    ended = true;
                }
            }

            if (filled == bufferAt)
            {
                return (cutAt - start, ended);
            }

            var cut = chunker.FindCut(_buffer.AsSpan(bufferAt, filled - bufferAt), cutAt);
            await _chunks.WriteAsync(_buffer.AsMemory(bufferAt, cut), cancellationToken);
            bufferAt += cut;
            cutAt += cut;
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task ReadStreamAsync(DirectoryScope scope, int slot, ArchiveItem.Streamed item, CancellationToken cancellationToken)
    {
        _chunks.Clear();
        var name = item.Target[(item.Target.AsSpan().LastIndexOf((byte)'/') + 1)..];
        var stream = await item.Open(cancellationToken);
        await using (stream)
        {
            long total = 0;
            var filled = 0;
            IChunker? chunker = null;
            for (var ended = false; !ended || filled > 0;)
            {
                while (!ended && filled < ChunkingPolicy.MaximumChunkSize)
                {
                    var read = await stream.ReadAsync(_buffer.AsMemory(filled), cancellationToken);
                    ended = read == 0;
                    filled += read;
                }

                if (filled > 0)
                {
                    chunker ??= pass.Chunking.For(name, filled, _buffer.AsSpan(0, Math.Min(filled, ChunkingPolicy.HeadSize)));
                    var cut = chunker.FindCut(_buffer.AsSpan(0, filled), total);
                    await _chunks.WriteAsync(_buffer.AsMemory(0, cut), cancellationToken);
                    _buffer.AsSpan(cut, filled - cut).CopyTo(_buffer);
                    filled -= cut;
                    total += cut;
                    pass.Tally.Done(cut);
                }
            }

            scope.Nodes[slot] = NodeFactory.Made(name, NodeType.File, item.ModifiedAt, [.. _chunks.Blobs], (ulong)total);
            pass.Tally.FileDone(Counted.New);
        }

        if (scope.End())
        {
            await pass.Trees.FinishAsync(scope, cancellationToken);
        }
    }

    private static bool IsChanged(in FileStatus before, in FileStatus after) =>
        before.Size != after.Size || before.Modified != after.Modified || before.Changed != after.Changed || before.Inode != after.Inode;

    /// <summary>
    /// Makes the node of a file whose stretches are all done: what was read up to the first that came short. With one that could not be
    /// read it is left out.
    /// </summary>
    private void Keep(LargeFile file)
    {
        var size = 0L;
        List<BlobId> blobs = [];
        List<int> lengths = [];
        List<ulong> hashes = [];
        for (var i = 0; i < file.Stretches.Length; i++)
        {
            var stretch = file.Stretches[i];
            if (stretch.Bytes < 0)
            {
                return;
            }

            blobs.AddRange(stretch.Blobs);
            lengths.AddRange(stretch.Lengths);
            hashes.AddRange(stretch.Hashes);
            size += stretch.Bytes;
            if (stretch.Bytes < Math.Min(StretchLength, file.Status.Size - (i * StretchLength)) && file.Stretches.Length > 1)
            {
                break;
            }
        }

        var changed = size != file.Status.Size || IsChanged(file.Status, file.Handle.Status());
        Keep(file.Pending, file.Status, file.Handle.ReadAttributes(), [.. blobs], size, changed, pass.Remember(lengths, hashes));
    }

    private void Keep(PendingFile file, in FileStatus status, ExtendedAttribute[] attributes, BlobId[] blobs, long size, bool changed, FileBlocks? blocks)
    {
        var path = changed || pass.IsRacy(status) ? file.Scope.PathOf(file.Name) : null;
        if (changed)
        {
            pass.Tally.Warn(path!, ArchiveTrouble.ChangedWhileRead, "It changed while it was being read.");
        }

        if (pass.IsRacy(status))
        {
            pass.Tally.Racy.Enqueue(new PathBytes(path!));
        }

        file.Scope.Nodes[file.Slot] = pass.Nodes.Create(file.Name, status, attributes, content: blobs, size: (ulong)size);
        pass.Tally.FileDone(pass.RememberFile(file, status, changed, blocks));
    }
}
