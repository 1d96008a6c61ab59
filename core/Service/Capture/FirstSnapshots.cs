using System.Collections.Concurrent;
using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;
using SnapshotBot.Storage.Comparing;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Capture;

/// <summary>What a server's first snapshot would copy, for people who decide whether to take it. Runs where it is called and reads no file's content.</summary>
public sealed class FirstSnapshots
{
    /// <summary>Somewhat less than two cores of a small machine read, compress and write in a second.</summary>
    private const double BytesPerSecond = 100e6;

    // A world is looked at while somebody waits for a card: one with very many files is not counted to its end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Inspector _inspector;
    private readonly HostFiles _files;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<ServerId, (FirstSnapshot? Found, long At)> _known = new();

    internal FirstSnapshots(Inspector inspector, HostFiles files, TimeProvider time) => (_inspector, _files, _time) = (inspector, files, time);

    /// <summary>Mounts, writable layers and images as they are now. Null where they can't be reached, or take longer to count than a few seconds.</summary>
    public async Task<FirstSnapshot?> OfAsync(ServerId server, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(server, out var known) && _time.GetElapsedTime(known.At) < Fresh)
            return known.Found;
        var found = await CountAsync(server, cancellationToken);
        _known[server] = (found, _time.GetTimestamp());
        return found;
    }

    private async Task<FirstSnapshot?> CountAsync(ServerId server, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var inspected = await _inspector.InspectAsync(server, hold: null, either.Token);
            var bytes = inspected.Images.Sum(image => image.Size);
            foreach (var folder in inspected.Mounts.Where(mount => mount is { LeftOut: null, IsFile: false }).Select(mount => mount.Source)
                .Concat(inspected.Containers.Select(one => one.Layer.Upper).OfType<string>()))
                bytes += await SumAsync(folder, either.Token);
            return new FirstSnapshot(bytes, TimeSpan.FromSeconds(bytes / BytesPerSecond));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (error is RefusedException or EngineException or FileSystemException or ServerGoneException)
        {
            // Whoever takes it is told what is wrong.
            return null;
        }
    }

    private async Task<long> SumAsync(string path, CancellationToken cancellationToken)
    {
        using var root = _files.OpenFolder(path);
        using var tree = new LiveTreeSource(root, LiveDetail.Status);
        var left = new Stack<Queue<Node>>();
        var bytes = 0L;
        await EnterAsync(null);
        while (left.TryPeek(out var folders))
        {
            if (folders.TryDequeue(out var folder))
            {
                await EnterAsync(folder);
                continue;
            }

            left.Pop();
            tree.Leave();
        }

        return bytes;

        async Task EnterAsync(Node? folder)
        {
            var nodes = await tree.EnterAsync(folder, cancellationToken);
            bytes += nodes.Sum(node => (long)node.Size);
            left.Push(new Queue<Node>(nodes.Where(node => node.Type == NodeType.Directory)));
        }
    }
}

/// <summary>A first snapshot before it is taken.</summary>
/// <param name="Bytes">What would be read.</param>
/// <param name="Time">About how long that takes; an estimate.</param>
public sealed record FirstSnapshot(long Bytes, TimeSpan Time);
