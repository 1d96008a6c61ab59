using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// The last resort for layers that can't be read where they lie: the engine's own commit. Its images go with the operation, however that ends.
/// </summary>
internal sealed class LayerCommits
{
    /// <summary>Nobody knows how large the layer is; of a container that runs it shows when the engine is done.</summary>
    private const double UnknownSeconds = 10;

    private readonly Dictionary<string, ImageDetails> _images = new(StringComparer.Ordinal);

    private LayerCommits()
    {
    }

    /// <summary>Nothing was committed.</summary>
    public static LayerCommits None { get; } = new();

    /// <summary>What was made, to be kept in the snapshot.</summary>
    public IEnumerable<ImageDetails> Images => _images.Values;

    /// <summary>The image of a container, by its name; null when its layer was not committed, or found no room among what was kept.</summary>
    public ImageDetails? Of(string container, IReadOnlyList<CapturedImage> kept) =>
        _images.TryGetValue(container, out var image) && kept.Any(one => one.Document.Id == image.Id.Value) ? image : null;

    /// <summary>Commits every container whose layer can't be read. The engine holds one that runs while it does.</summary>
    public static async Task<LayerCommits> MakeAsync(
        IDockerEngine engine, InspectedServer server, OperationContext context, CancellationToken cancellationToken)
    {
        var commits = new LayerCommits();
        foreach (var container in server.Containers.Where(one => one.Layer.Fault is not null))
        {
            var tag = ImageTag.Parse($"snapshotbot-commit:{context.Id.Value[8..]}-{commits._images.Count}");
            context.Progress.Report(OperationProgress.At("commit-layer", container.Name));
            var isHeld = container.Details.State is { IsRunning: true, IsPaused: false };
            var id = await Makings.MakeAsync(
                context.Journal,
                new ImageCommitted(tag.ToString(), container.Details.Id.Value, isHeld, UnknownSeconds),
                () => engine.Images.CommitAsync(container.Details.Id, tag, $"snapshot {context.Id.Value}", CancellationToken.None),
                cancellationToken);
            commits._images[container.Name] = await engine.Images.InspectAsync(id, cancellationToken);
        }

        return commits;
    }
}
