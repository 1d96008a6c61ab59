using System.Collections.Concurrent;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Restoring;

/// <summary>What a batch needs to know beyond its files.</summary>
internal sealed class BatchOptions
{
    /// <summary>Where files are written.</summary>
    public required DirectoryCache Target { get; init; }

    /// <summary>Where live files are compared and copied from.</summary>
    public required DirectoryCache Live { get; init; }

    public required RestoreTally Tally { get; init; }

    /// <summary>See <see cref="RestoreOptions.PatchFrom"/>.</summary>
    public required long PatchFrom { get; init; }

    /// <summary>Called for a file whose live content is the snapshot's already; from one thread.</summary>
    public required Action<FileWork> Unchanged { get; init; }

    /// <summary>Called with the bytes a batch is about to take; throws when that is too much.</summary>
    public Action<long>? BeforeWriting { get; init; }

    /// <summary>Called for a file that got its content; from several threads.</summary>
    public Action<FileWork>? Written { get; init; }

    /// <summary>Notes that a file can't be had, once.</summary>
    public void Fail(FileWork file, IOException reason)
    {
        if (file.TryFail())
        {
            Tally.Fail(file.LiveDirectory ?? file.Directory, file.Node.Name, reason);
        }
    }
}

/// <summary>Brings a batch of files to their content: compares what is there, fetches what is missing pack by pack, writes each file once.</summary>
internal sealed class BatchWriter : IBlobSink
{
    /// <summary>Bytes of patches kept in memory at once.</summary>
    private const long PatchMemory = 32 << 20;

    private readonly BlobReader _blobs;
    private readonly BatchOptions _options;
    private readonly BatchPlanner _planner;
    private readonly FileWriter _writer;
    private readonly SegmentMemory _memory = new();
    private readonly Dictionary<FileWork, PatchPieces> _pieces = [];
    private readonly ConcurrentQueue<FileWork> _again = new();

    public BatchWriter(BlobReader blobs, BatchOptions options)
    {
        _blobs = blobs;
        _options = options;
        _planner = new(blobs, options);
        _writer = new(options.Target);
    }

    public Task WriteAsync(IReadOnlyList<FileWork> files, CancellationToken cancellationToken) =>
        WriteAsync(_planner.BeginCheck(files, cancellationToken), cancellationToken);

    /// <inheritdoc cref="BatchPlanner.BeginCheck"/>
    public CheckedBatch BeginCheck(IReadOnlyList<FileWork> files, CancellationToken cancellationToken) => _planner.BeginCheck(files, cancellationToken);

    /// <summary>Brings files to their content once they are compared.</summary>
    public async Task WriteAsync(CheckedBatch batch, CancellationToken cancellationToken)
    {
        var (anew, patched) = await _planner.ChooseAsync(batch);
        _options.BeforeWriting?.Invoke(BatchPlanner.Room(anew, patched));
        await RunAsync(anew, cancellationToken);
        foreach (var part in Parts(patched))
        {
            await RunAsync(part, cancellationToken);
        }

        var again = new List<FileWork>();
        while (_again.TryDequeue(out var file))
        {
            file.Matches = null;
            again.Add(file);
        }

        await RunAsync(again, cancellationToken);
    }

    public void Deliver(FileWork file, int index, ReadOnlySpan<byte> content)
    {
        if (file.HasFailed)
        {
            return;
        }

        try
        {
            if (_pieces.TryGetValue(file, out var pieces))
            {
                pieces.Add(file, index, content);
            }
            else if (file.Content.Length == 1)
            {
                _writer.WriteWhole(file, content);
            }
            else
            {
                file.Assembler!.Write(file.Offsets[index], content, _writer);
            }

            _options.Tally.Progress.AddBytes(content.Length);
            if (Interlocked.Decrement(ref file.Remaining) == 0)
            {
                Finish(file);
            }
        }
        catch (LiveFileChangedException)
        {
            _again.Enqueue(file);
        }
        catch (IOException e)
        {
            Fail(file, e);
        }
    }

    public void Fail(FileWork file, IOException reason) => _options.Fail(file, reason);

    private static IEnumerable<List<FileWork>> Parts(List<FileWork> patched)
    {
        var part = new List<FileWork>();
        var bytes = 0L;
        foreach (var file in patched)
        {
            part.Add(file);
            bytes += Math.Min(Missing(file), PatchMemory);
            if (bytes >= PatchMemory)
            {
                yield return part;
                part = [];
                bytes = 0;
            }
        }

        if (part.Count > 0)
        {
            yield return part;
        }
    }

    private static long Missing(FileWork file)
    {
        var bytes = 0L;
        for (var i = 0; i < file.Content.Length; i++)
        {
            bytes += file.Matches![i] ? 0 : file.Offsets[i + 1] - file.Offsets[i];
        }

        return bytes;
    }

    private async Task RunAsync(List<FileWork> files, CancellationToken cancellationToken)
    {
        try
        {
            var needs = new List<BlobNeed>();
            foreach (var file in files)
            {
                Prepare(file, needs);
            }

            await new BlobFetcher(_blobs, this).FetchAsync(needs, cancellationToken);
        }
        finally
        {
            CleanUp(files);
        }
    }

    private void Prepare(FileWork file, List<BlobNeed> needs)
    {
        try
        {
            if (file.Matches is not null)
            {
                _pieces.Add(file, NewPieces(file));
            }
            else
            {
                file.Assembler = new(file, _memory);
            }

            var first = needs.Count;
            for (var i = 0; i < file.Content.Length; i++)
            {
                if (file.Matches?[i] != true && file.Zeros?[i] != true && _blobs.Index.TryFind(file.Content[i], BlobKind.Data, out var at))
                {
                    needs.Add(new(file.Content[i], at, file, i));
                }
            }

            file.Remaining = needs.Count - first;
            if (file.Remaining == 0)
            {
                // Empty, all zeros, or the live one with its end cut off.
                Finish(file);
            }
        }
        catch (LiveFileChangedException)
        {
            _again.Enqueue(file);
        }
        catch (IOException e)
        {
            Fail(file, e);
        }
    }

    private PatchPieces NewPieces(FileWork file)
    {
        if (Missing(file) <= PatchMemory)
        {
            return PatchPieces.InMemory();
        }

        using var lease = _options.Target.Open(file.Directory);
        return PatchPieces.Spilled(lease.Handle);
    }

    private void Finish(FileWork file)
    {
        if (_pieces.TryGetValue(file, out var pieces))
        {
            if (file.Mode == WriteMode.Patch)
            {
                _writer.Patch(file, pieces);
            }
            else
            {
                _writer.Rebuild(file, _options.Live, pieces);
            }

            pieces.Dispose();
        }
        else if (file.Length == 0)
        {
            _writer.WriteWhole(file, []);
        }
        else if (file.Content.Length > 1 || file.Zeros is not null)
        {
            FinishAssembled(file, file.Assembler!);
        }

        _options.Tally.Wrote(file.Length);
        _options.Written?.Invoke(file);
    }

    private void FinishAssembled(FileWork file, FileAssembler assembler)
    {
        if (assembler.Whole is { } whole && assembler.TemporaryName is null)
        {
            _writer.WriteWhole(file, whole.Span);
        }
        else
        {
            _writer.Finish(file, assembler.EnsureCreated(_writer));
        }

        assembler.Release();
    }

    /// <summary>Runs when no worker does any more: what unfinished files hold is given back, what they left is removed.</summary>
    private void CleanUp(List<FileWork> files)
    {
        foreach (var file in files)
        {
            if (_pieces.Remove(file, out var pieces))
            {
                pieces.Dispose();
            }

            if (file.Assembler is not { } assembler)
            {
                continue;
            }

            assembler.Release();
            file.Assembler = null;
            if ((file.HasFailed || file.Remaining > 0) && assembler.TemporaryName is { } left)
            {
                TryDiscard(file, left);
            }
        }
    }

    private void TryDiscard(FileWork file, byte[] temporaryName)
    {
        try
        {
            _writer.Discard(file, temporaryName);
        }
        catch (FileSystemException)
        {
            // The directory is gone with it, or can't be reached: nothing of ours to remove.
        }
    }
}
