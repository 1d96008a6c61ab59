using System.Text;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>A place inside a snapshot, found by the path a person wrote.</summary>
/// <param name="Path">Its names with slashes between, none in front; empty at the root.</param>
/// <param name="Node">What is there; null at the root, which has no node.</param>
/// <param name="Tree">Its entries, when it is a folder.</param>
internal sealed record RepositoryPath(byte[] Path, Node? Node, TreeId? Tree)
{
    public static async Task<RepositoryPath> FindAsync(
        TreeLoader trees, StoredSnapshot snapshot, string? text, CancellationToken cancellationToken)
    {
        var place = ArchiveTargets.PlaceOf(text ?? "");
        if (place.Length == 0)
        {
            return new RepositoryPath([], null, snapshot.File.TreeId);
        }

        var path = Encoding.UTF8.GetBytes(place);
        var node = await trees.FindAsync(snapshot.File.TreeId, path, cancellationToken)
            ?? throw new CommandFailedException(RepositoryFailures.NoSuchPath(snapshot.Id.ToShortString(), text!));
        return new RepositoryPath(path, node, node.Subtree);
    }

    /// <summary>As listings show it: with a slash in front.</summary>
    public static string Show(ReadOnlySpan<byte> path) => "/" + PathText.Show(path);
}
