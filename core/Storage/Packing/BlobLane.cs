using SnapshotBot.Storage.Compression;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Indexing;

namespace SnapshotBot.Storage.Packing;

/// <summary>One thread's way into a <see cref="BlobWriter"/>. Not safe for use from two threads at once.</summary>
public sealed class BlobLane
{
    private readonly BlobWriter _writer;
    private readonly Compressor? _compressor;
    private PackBuilder? _pack;

    internal BlobLane(BlobWriter writer, BlobKind kind)
    {
        _writer = writer;
        Kind = kind;
        _compressor = writer.Repository.Config.MayCompress ? new Compressor(writer.Effort, kind) : null;
    }

    public BlobKind Kind { get; }

    /// <summary>Blobs this lane wrote.</summary>
    public long Blobs { get; private set; }

    /// <summary>Plain bytes of them.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>Their bytes in packs.</summary>
    public long PackedBytes { get; private set; }

    /// <summary>
    /// Writes a blob unless it is there or another lane's duty; returns whether it was written. The content must not change until then. It
    /// is durable and to be found by others after <see cref="BlobWriter.FlushAsync"/>.
    /// </summary>
    public ValueTask<bool> WriteAsync(BlobId id, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var handle = _writer.Index.Claim(id, Kind);
        if (handle == BlobIndex.None)
        {
            return ValueTask.FromResult(false);
        }

        if (_pack is not null && _pack.Fits(plain.Length))
        {
            Append(id, plain.Span, handle);
            return ValueTask.FromResult(true);
        }

        return WriteToNextAsync(id, plain, handle, cancellationToken);
    }

    private async ValueTask<bool> WriteToNextAsync(BlobId id, ReadOnlyMemory<byte> plain, int handle, CancellationToken cancellationToken)
    {
        try
        {
            Close(cancellationToken);
            _pack = await _writer.RentAsync(PackBuilder.CapacityFor(plain.Length), cancellationToken);
        }
        catch
        {
            _writer.Lose(handle);
            throw;
        }

        Append(id, plain.Span, handle);
        if (PackBuilder.CapacityFor(plain.Length) > PackBuilder.TargetSize)
        {
            Close(cancellationToken);
        }

        return true;
    }

    private void Append(BlobId id, ReadOnlySpan<byte> plain, int handle)
    {
        try
        {
            PackedBytes += _pack!.Append(Kind, id, plain, handle, _compressor, _writer.Repository.Key);
        }
        catch
        {
            _writer.Lose(handle);
            throw;
        }

        PlainBytes += plain.Length;
        Blobs++;
    }

    /// <summary>Hands the pack under construction over to be written.</summary>
    internal void Close(CancellationToken cancellationToken)
    {
        _writer.ThrowFailure();
        if (_pack is { } pack)
        {
            _pack = null;
            _writer.Save(pack, cancellationToken);
        }
    }

    /// <summary>Takes over what another lane holds, where it fits.</summary>
    /// <returns>Whether the other lane is empty now.</returns>
    internal bool TryTakeOver(BlobLane other)
    {
        if (other._pack is not { IsEmpty: false } theirs)
        {
            return true;
        }

        if (_pack is null)
        {
            (_pack, other._pack) = (theirs, null);
            return true;
        }

        if (!_pack.Fits(theirs))
        {
            return false;
        }

        _pack.Append(theirs);
        return true;
    }

    /// <summary>What it holds that is not handed over yet.</summary>
    internal IReadOnlyList<PackedBlob> Held => _pack?.Blobs ?? [];

    /// <summary>The sealed bytes of a blob that it holds. Nothing may be written to it meanwhile.</summary>
    internal byte[] Copy(PackedBlob held) => _pack!.Copy(held);

    /// <summary>Gives the memory back; returns the promises that were not kept.</summary>
    internal IReadOnlyList<int> Release()
    {
        int[] lost = [.. _pack?.Blobs.Select(b => b.Handle) ?? []];
        _pack?.Dispose();
        _pack = null;
        _compressor?.Dispose();
        return lost;
    }
}
