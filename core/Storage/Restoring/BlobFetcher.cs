using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Restoring;

/// <summary>A blob some file needs at some place.</summary>
internal readonly record struct BlobNeed(BlobId Id, BlobLocation At, FileWork File, int Index);

/// <summary>Takes blobs as they come, in no order and from several threads at once.</summary>
internal interface IBlobSink
{
    /// <summary>Takes a verified blob; the content is only valid during the call.</summary>
    void Deliver(FileWork file, int index, ReadOnlySpan<byte> content);

    /// <summary>Tells that a blob can't be had.</summary>
    void Fail(FileWork file, IOException reason);
}

/// <summary>
/// Fetches blobs pack by pack: what lies together is read at once, each blob is opened, decompressed, hashed and handed on, once for all files
/// that need it, by more workers than cores so that some may wait for a disk.
/// </summary>
internal sealed class BlobFetcher(BlobReader blobs, IBlobSink sink)
{
    private const uint LongestRange = 2 << 20;

    /// <summary>Reading over a gap this short is cheaper than another request.</summary>
    private const uint LongestGap = 64 << 10;

    private const int WaitingWorkers = 2;

    public Task FetchAsync(IReadOnlyList<BlobNeed> needs, CancellationToken cancellationToken)
    {
        if (needs.Count == 0)
        {
            return Task.CompletedTask;
        }

        var sorted = Sort(needs);
        var ranges = Ranges(sorted);
        var next = -1;
        return Workers.RunAsync(
            Math.Min(ranges.Count, Environment.ProcessorCount + WaitingWorkers),
            async stop =>
            {
                var buffers = new Buffers();
                for (int i; (i = Interlocked.Increment(ref next)) < ranges.Count;)
                {
                    stop.ThrowIfCancellationRequested();
                    await FetchAsync(ranges[i], sorted, buffers, stop);
                }
            },
            cancellationToken);
    }

    /// <summary>Packs in the order in which files ask for them first, so that files end soon after they begin; within a pack by place.</summary>
    private static BlobNeed[] Sort(IReadOnlyList<BlobNeed> needs)
    {
        var packs = new Dictionary<PackId, uint>();
        var keys = new ulong[needs.Count];
        var sorted = new BlobNeed[needs.Count];
        for (var i = 0; i < needs.Count; i++)
        {
            sorted[i] = needs[i];
            if (!packs.TryGetValue(needs[i].At.Pack, out var number))
            {
                packs.Add(needs[i].At.Pack, number = (uint)packs.Count);
            }

            keys[i] = ((ulong)number << 32) | needs[i].At.Offset;
        }

        Array.Sort(keys, sorted);
        return sorted;
    }

    private static List<PackRange> Ranges(BlobNeed[] needs)
    {
        var ranges = new List<PackRange>();
        var first = 0;
        for (var i = 1; i <= needs.Length; i++)
        {
            var start = needs[first].At;
            var last = needs[i - 1].At;
            if (i < needs.Length
                && needs[i].At.Pack == start.Pack
                && needs[i].At.Offset <= (ulong)last.Offset + last.Length + LongestGap
                && (ulong)needs[i].At.Offset + needs[i].At.Length - start.Offset <= LongestRange)
            {
                continue;
            }

            ranges.Add(new(first, i, start.Pack, start.Offset, checked((int)(last.Offset + last.Length - start.Offset))));
            first = i;
        }

        return ranges;
    }

    private async Task FetchAsync(PackRange range, BlobNeed[] needs, Buffers buffers, CancellationToken cancellationToken)
    {
        var file = new RepositoryFile(FileKind.Pack, range.Pack.Value);
        var content = buffers.Sealed(range.Length);
        var whole = await TryReadAsync(file, range.Offset, content, cancellationToken) is null;
        for (var i = range.First; i < range.End;)
        {
            var end = i + 1;
            while (end < range.End && needs[end].At.Offset == needs[i].At.Offset)
            {
                end++;
            }

            var wanted = needs.AsMemory(i, end - i);
            i = end;
            if (AllFailed(wanted.Span))
            {
                continue;
            }

            var at = wanted.Span[0].At;
            var piece = content.Slice((int)(at.Offset - range.Offset), (int)at.Length);
            // A pack that is cut short still has what lies before the cut.
            if (!whole && await TryReadAsync(file, at.Offset, piece, cancellationToken) is { } missing)
            {
                await ReplaceAsync(wanted, missing, cancellationToken);
            }
            else if (HandOn(wanted.Span, piece.Span, buffers.Plain((int)at.PlainLength)) is { } damage)
            {
                await ReplaceAsync(wanted, damage, cancellationToken);
            }
        }
    }

    /// <summary>Null when it was handed on; else what is wrong with it.</summary>
    private RepositoryDamagedException? HandOn(ReadOnlySpan<BlobNeed> wanted, Span<byte> sealedBlob, Span<byte> plain)
    {
        try
        {
            blobs.Decode(wanted[0].Id, wanted[0].At, sealedBlob, plain);
        }
        catch (RepositoryDamagedException e)
        {
            return e;
        }

        Deliver(wanted, plain);
        return null;
    }

    /// <summary>A blob may stand in several packs: a sound copy serves as well.</summary>
    private async Task ReplaceAsync(ReadOnlyMemory<BlobNeed> wanted, RepositoryDamagedException damage, CancellationToken cancellationToken)
    {
        var first = wanted.Span[0];
        if (await blobs.TryReadOtherAsync(first.Id, first.At, cancellationToken) is { } sound)
        {
            Deliver(wanted.Span, sound);
        }
        else
        {
            Fail(wanted.Span, damage);
        }
    }

    private void Deliver(ReadOnlySpan<BlobNeed> wanted, ReadOnlySpan<byte> plain)
    {
        foreach (var need in wanted)
        {
            sink.Deliver(need.File, need.Index, plain);
        }
    }

    /// <summary>Null when it was read; else why the repository can't give it. A backend that does not answer is thrown.</summary>
    private async Task<RepositoryDamagedException?> TryReadAsync(RepositoryFile file, long offset, Memory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await blobs.Repository.Backend.ReadAsync(file, offset, content, cancellationToken);
            return null;
        }
        catch (BackendException e) when (e.Failure is BackendFailure.NotFound or BackendFailure.WrongSize or BackendFailure.Broken)
        {
            return new($"Pack {file.Id.ToShortString()} is missing, cut short or unreadable.", file, inner: e);
        }
    }

    private static bool AllFailed(ReadOnlySpan<BlobNeed> wanted)
    {
        foreach (var need in wanted)
        {
            if (!need.File.HasFailed)
            {
                return false;
            }
        }

        return true;
    }

    private void Fail(ReadOnlySpan<BlobNeed> wanted, RepositoryDamagedException reason)
    {
        foreach (var need in wanted)
        {
            sink.Fail(need.File, reason);
        }
    }

    private readonly record struct PackRange(int First, int End, PackId Pack, uint Offset, int Length);

    /// <summary>One worker's memory, used again for each range.</summary>
    private sealed class Buffers
    {
        private byte[] _sealed = [];
        private byte[] _plain = [];

        public Memory<byte> Sealed(int length) => Grow(ref _sealed, length).AsMemory(0, length);

        public Span<byte> Plain(int length) => Grow(ref _plain, length).AsSpan(0, length);

        private static byte[] Grow(ref byte[] buffer, int length)
        {
            if (buffer.Length < length)
            {
                buffer = GC.AllocateUninitializedArray<byte>(Math.Max(length, Math.Min(2 * buffer.Length, 8 << 20)));
            }

            return buffer;
        }
    }
}
