using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Capture;

/// <summary>Whether a server is still as its last snapshot shows it: every file with its owner, mode and times, every definition and image.</summary>
internal static class NothingChanged
{
    private static readonly byte[] Document = System.Text.Encoding.ASCII.GetBytes(ServerDocument.FileName);

    /// <summary>Trees are named by what is in them, so equal names below the root are equal worlds.</summary>
    public static bool Between(IReadOnlyList<Node> before, IReadOnlyList<Node> now) =>
        Parts(before).SequenceEqual(Parts(now), StringComparer.Ordinal);

    /// <summary>
    /// What a container is made from counts. Its state does not: with it a restart, or the time of the last health check, would be a change.
    /// </summary>
    public static bool Between(ServerDocument before, ServerDocument now) =>
        before.Containers.Count == now.Containers.Count
        && before.Containers.Zip(now.Containers).All(each => each.First.Image == each.Second.Image && each.First.ToDefinition().IsSameAs(each.Second.ToDefinition()))
        && before.Images.Select(image => image.Id).SequenceEqual(now.Images.Select(image => image.Id), StringComparer.Ordinal);

    private static IEnumerable<string> Parts(IReadOnlyList<Node> root) =>
        root.Where(node => !node.Name.AsSpan().SequenceEqual(Document)).Select(node => $"{Convert.ToHexString(node.Name)}:{node.Subtree}:{string.Join(',', node.Content ?? [])}");
}

/// <summary>The server is as its last snapshot shows it, and no other was wanted. Nothing was kept.</summary>
internal sealed class NothingChangedException(SnapshotInfo last) : Exception($"Nothing changed since the snapshot {last.Id}.")
{
    public SnapshotInfo Last { get; } = last;
}
