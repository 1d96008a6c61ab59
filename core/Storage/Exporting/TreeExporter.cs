using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Storage.Exporting;

/// <summary>What an export wrote. Bytes are plain; left out is what a tar does not hold: sockets and nodes of unknown type.</summary>
public sealed record ExportFigures(long Entries, long Bytes, long ArchiveBytes, int LeftOut);

/// <summary>Writes a snapshot's tree as a <c>.tar.zst</c>: owners, modes, times, links, devices and extended attributes, every byte checked.</summary>
public sealed class TreeExporter(BlobReader blobs, TreeLoader trees)
{
    private const ulong OneName = 1;

    private readonly Dictionary<(ulong Device, ulong Inode), byte[]> _firstNames = [];
    private long _entries;
    private long _bytes;
    private int _leftOut;

    /// <summary>Writes the whole tree. The stream stays the caller's.</summary>
    /// <exception cref="RepositoryDamagedException">Something of it is missing; what was written is not to be used.</exception>
    public async Task<ExportFigures> WriteAsync(TreeId root, Stream output, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using var frames = new ZstdFrames(output);
        var tar = new TarWriter(frames);
        await WriteAsync(tar, frames, root, [], progress, cancellationToken);
        await tar.EndAsync(cancellationToken);
        await frames.EndFrameAsync(cancellationToken);
        return new(_entries, _bytes, frames.Written, _leftOut);
    }

    private async Task WriteAsync(TarWriter tar, Stream frames, TreeId root, byte[] rootPath, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        // Depth first by a stack of its own: a hostile tree may be thousands of levels deep.
        var left = new Stack<(Node? Node, TreeId? Tree, byte[] Path)>([(null, root, rootPath)]);
        while (left.TryPop(out var at))
        {
            if (at.Node is { } node)
                await EntryAsync(tar, frames, node, at.Path, progress, cancellationToken);
            if (at.Tree is not { } tree)
                continue;
            foreach (var child in (await trees.LoadAsync(tree, cancellationToken)).Nodes.Reverse())
                left.Push((child, child.Subtree, PathText.Join(at.Path, child.Name)));
        }
    }

    private async Task EntryAsync(TarWriter tar, Stream frames, Node node, byte[] path, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (node.Type is NodeType.Socket or NodeType.Other)
        {
            _leftOut++;
            return;
        }

        _entries++;
        var first = node.Links > OneName && node.Type != NodeType.Directory && !_firstNames.TryAdd((node.DeviceId, node.Inode), path)
            ? _firstNames[(node.DeviceId, node.Inode)]
            : null;
        await tar.BeginAsync(path, node, first, cancellationToken);
        if (node.Type != NodeType.File || first is not null)
            return;
        long written = 0;
        foreach (var blob in node.Content ?? [])
        {
            var content = await blobs.ReadAsync(blob, BlobKind.Data, cancellationToken);
            written += content.Length;
            await frames.WriteAsync(content, cancellationToken);
        }

        if (written != (long)node.Size)
            throw new RepositoryDamagedException($"{PathText.Show(path)} holds {written} bytes where its entry says {node.Size}.");
        await tar.PadAsync(written, cancellationToken);
        _bytes += written;
        progress?.Report(_bytes);
    }
}
