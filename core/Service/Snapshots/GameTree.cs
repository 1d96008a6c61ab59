using System.Text;
using SnapshotBot.Service.Capture;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;

namespace SnapshotBot.Service.Snapshots;

/// <summary>
/// A snapshot as its games see it: every mount at its target, the innermost winning, and below all of them what the container changed in
/// its own file system.
/// </summary>
internal sealed class GameTree(ServerDocument document, TreeId root, TreeLoader trees)
{
    /// <summary>The containers' names; paths carry one of them when there are several.</summary>
    public IReadOnlyList<string> Containers { get; } = [.. document.Containers.Select(one => one.Name)];

    /// <summary>How a path of a container is shown.</summary>
    public string Show(string container, string path) => Containers.Count > 1 ? $"{container}:{path}" : path;

    /// <summary>Which container a path is in, or null when it names none or is not clear.</summary>
    public string? ContainerOf(GamePath path) =>
        path.Container is { } named ? Containers.FirstOrDefault(one => one == named) : Containers.Count == 1 ? Containers[0] : null;

    /// <summary>Where a path of a container is kept: the innermost mount over it, else the layer.</summary>
    public (DocumentMount? Mount, string Folder, string Below)? Locate(string container, string path)
    {
        var best = Mounts(container).Where(one => GamePath.IsAtOrBelow(path, one.Target)).OrderByDescending(one => one.Target.Length).FirstOrDefault();
        if (best.Mount is { } mount)
        {
            var rest = GamePath.Below(path, best.Target);
            if (mount.Folder is null)
                return null;
            if (mount.File is { } file)
                return rest.Length == 0 ? (mount, mount.Folder, file) : null;
            return (mount, mount.Folder, rest);
        }

        var layer = document.Containers.First(one => one.Name == container).Layer;
        return layer is null ? null : (null, layer, path.TrimStart('/'));
    }

    /// <summary>The node at a path; null when there is nothing. A directory that only leads to mounts has a node made up for it.</summary>
    public async Task<Node?> FindAsync(string container, string path, CancellationToken cancellationToken)
    {
        Node? node = null;
        if (Locate(container, path) is var (_, folder, rest))
            node = await trees.FindAsync(root, Encoding.UTF8.GetBytes(rest.Length == 0 ? folder : $"{folder}/{rest}"), cancellationToken);
        if (node is not null && IsWhiteout(node))
            node = null;
        return node ?? (LeadsToMounts(container, path) ? MadeUp(Name(path)) : null);
    }

    /// <summary>The entries of a directory as the game sees them.</summary>
    public async Task<IReadOnlyList<Node>> ListAsync(string container, string path, Node directory, CancellationToken cancellationToken)
    {
        var entries = new SortedDictionary<string, Node>(StringComparer.Ordinal);
        if (directory.Subtree is { } tree)
        {
            foreach (var node in (await trees.LoadAsync(tree, cancellationToken)).Nodes.Where(node => !IsWhiteout(node)))
                entries[PathText.Show(node.Name)] = node;
        }

        // Mounts below show their own root in place of what they hide.
        foreach (var (_, target) in Mounts(container).Where(one => one.Target != path && GamePath.IsAtOrBelow(one.Target, path)))
        {
            var name = GamePath.Below(target, path).Split('/')[0];
            var below = GamePath.Join(path, name);
            if (await FindAsync(container, below, cancellationToken) is { } found)
                entries[name] = found.Renamed(Encoding.UTF8.GetBytes(name));
        }

        return [.. entries.Values];
    }

    /// <summary>Mounts a container sees, with their targets.</summary>
    public IEnumerable<(DocumentMount Mount, string Target)> Mounts(string container) =>
        from mount in document.Mounts
        from use in mount.Uses
        where use.Container == container
        select (mount, use.Target.Length > 1 ? use.Target.TrimEnd('/') : use.Target);

    private bool LeadsToMounts(string container, string path) =>
        path == "/" || Mounts(container).Any(one => one.Target != path && GamePath.IsAtOrBelow(one.Target, path));

    /// <summary>How an overlay says that a file of the image is deleted: a device 0/0, which no game makes.</summary>
    private static bool IsWhiteout(Node node) => node is { Type: NodeType.CharDevice, Device: 0 };

    private static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static Node MadeUp(string name) => new()
    {
        Name = Encoding.UTF8.GetBytes(name),
        Type = NodeType.Directory,
        Permissions = 0x1ED,
    };
}
