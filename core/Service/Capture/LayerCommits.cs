using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Capture;

/// <summary>
/// The last resort for layers that can't be read where they lie: the engine's own commit. Its images go when this is disposed of, or by the
/// journal when the program ends before.
/// </summary>
internal sealed class LayerCommits : IAsyncDisposable
{
    private readonly Dictionary<string, ImageDetails> _images = new(StringComparer.Ordinal);
    private readonly List<ImageTag> _tags = [];
    private readonly IDockerEngine? _engine;

    private LayerCommits(IDockerEngine? engine) => _engine = engine;

    /// <summary>Nothing was committed.</summary>
    public static LayerCommits None => new(null);

    /// <summary>What was made, to be kept in the snapshot.</summary>
    public IEnumerable<ImageDetails> Images => _images.Values;

    /// <summary>The image of a container, by its name; null when its layer was not committed, or found no room among what was kept.</summary>
    public ImageDetails? Of(string container, IReadOnlyList<CapturedImage> kept) =>
        _images.TryGetValue(container, out var image) && kept.Any(one => one.Document.Id == image.Id.Value) ? image : null;

    /// <summary>Commits every container whose layer can't be read. The engine holds one that runs while it does.</summary>
    public static async Task<LayerCommits> MakeAsync(
        IDockerEngine engine, InspectedServer server, OperationContext context, CancellationToken cancellationToken)
    {
        var commits = new LayerCommits(engine);
        try
        {
            foreach (var container in server.Containers.Where(one => one.Layer.Fault is not null))
            {
                var tag = ImageTag.Parse($"snapshotbot-commit:{context.Id.Value[8..]}-{commits._tags.Count}");
                context.Progress.Report(OperationProgress.At("commit-layer", container.Name));
                await context.Journal.WriteAsync(new ImagePublished(tag.ToString(), null), cancellationToken);
                commits._tags.Add(tag);

                // Not the caller's token: the engine would go on with it all the same.
                var id = await engine.Images.CommitAsync(container.Details.Id, tag, $"snapshot {context.Id.Value}", CancellationToken.None);
                commits._images[container.Name] = await engine.Images.InspectAsync(id, cancellationToken);
            }

            return commits;
        }
        catch
        {
            await commits.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tag in _tags)
        {
            try
            {
                await _engine!.Images.UntagAsync(tag, CancellationToken.None);
            }
            catch (EngineException)
            {
                // Never made, or the engine is gone: the journal has it, and the next start looks again.
            }
        }
    }
}
