using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Duplicates;

/// <summary>
/// Publishes by the engine's own commit of a container that is made for it, filled with the snapshot's layer, never started, and removed. So
/// the image is the engine's work to the last byte of its configuration.
/// </summary>
internal sealed class PublishImageHandler(
    RepositoryAccess access, SnapshotView view, SnapshotStore store, EngineConnection connection, HostFiles files, NewLayerFinder layers)
    : IOperationHandler<PublishImage, PublishImageOutcome>
{
    private const double ShortestSeconds = 5;
    private const double SlowestBytesPerSecond = 16 << 20;

    public async Task<PublishImageOutcome> HandleAsync(PublishImage request, OperationContext context, CancellationToken cancellationToken)
    {
        if (!ImageTag.TryParse(request.Tag, out var tag))
            return new PublishImageOutcome.Refused(new Refusal.TagRefused(request.Tag));
        Refusal refusal;
        try
        {
            return await PublishAsync(request, tag, context, cancellationToken);
        }
        catch (RefusedException refused)
        {
            refusal = refused.Refusal;
        }

        await context.TakeBackAsync();
        return new PublishImageOutcome.Refused(refusal);
    }

    private async Task<PublishImageOutcome> PublishAsync(PublishImage request, ImageTag tag, OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        context.Progress.Report(OperationProgress.At("plan"));
        var root = store.Tree(request.Snapshot);
        var document = await SnapshotDocuments.ReadAsync(session, root, cancellationToken);
        var container = Choose(document, request.Container);
        var original = container.ToDefinition();
        var details = original.ToDetails();
        if (container.Committed is { } committed && !ServerLabels.AnyOfOurs(details.Labels))
            return await PublishCommittedAsync(session, root, document, container, ImageId.Parse(committed), tag, context, cancellationToken);
        if (container is { Committed: null, Layer: null })
            throw new RefusedException(new Refusal.LayerUnreachable(container.Name, container.LayerLeftOut ?? LayerFault.NoUpperDirectory));

        var engine = await connection.GetAsync(cancellationToken);
        var image = await ImageRestore.EnsureAsync(engine, files, session, document, root, container, original.Image, context.Journal, cancellationToken);

        // The layer is written once, and once more by the engine's commit of it. What was committed has its layer in the image already.
        var bytes = container is { Committed: null, Layer: { } own }
            ? await TreeSurvey.SizeAsync(await session.TreesAsync(cancellationToken), root, own, cancellationToken)
            : 0;
        await ImageRestore.RequireRoomAsync(engine, files, 2 * bytes, cancellationToken);
        var before = await engine.Images.FindAsync(tag.ToString(), cancellationToken);
        var id = await MakeAsync(engine, original.With(Bare(details)).WithHostName(details.HostName).WithImage(image), context, async made =>
        {
            if (container is not { Committed: null, Layer: { } layer })
                return;
            var upper = await layers.FindAsync(engine, made.Details, made.Store, cancellationToken);
            var filler = await TreeFiller.OfAsync(session, root, files, context.Progress, cancellationToken);
            await filler.FillAsync(layer, upper, 0, cancellationToken);
        }, cancellationToken);
        context.Progress.Report(OperationProgress.At("publish", tag.ToString()));

        // Under a name of its own first: whoever dies while the engine commits must not leave half a layer under the one asked for.
        var passing = ImageTag.Parse($"snapshotbot-image:{context.Id.Value[8..]}");
        var published = await Makings.MakeAsync(
            context.Journal,
            new ImageCommitted(passing.ToString(), id.Value, Holds: false, ShortestSeconds + (bytes / SlowestBytesPerSecond)),
            () => engine.Images.CommitAsync(id, passing, $"snapshot {request.Snapshot.Value}", CancellationToken.None),
            cancellationToken);
        await context.Journal.WriteAsync(new ImagePublished(tag.ToString(), before?.Id.Value), CancellationToken.None);
        await engine.Images.TagAsync(published, tag, CancellationToken.None);
        return new PublishImageOutcome.Published(
            published.Value,
            tag.ToString(),
            container.Name,
            (await engine.Images.InspectAsync(published, cancellationToken)).Size,
            SecretText.Variables(details.Environment).Blanked);
    }

    /// <summary>The engine made this image when the snapshot was taken: it only gets a name.</summary>
    private async Task<PublishImageOutcome> PublishCommittedAsync(
        RepositorySession session,
        TreeId root,
        ServerDocument document,
        DocumentContainer container,
        ImageId committed,
        ImageTag tag,
        OperationContext context,
        CancellationToken cancellationToken)
    {
        var engine = await connection.GetAsync(cancellationToken);
        await ImageRestore.EnsureAsync(engine, files, session, document, root, container, "", context.Journal, cancellationToken);
        var before = await engine.Images.FindAsync(tag.ToString(), cancellationToken);
        await context.Journal.WriteAsync(new ImagePublished(tag.ToString(), before?.Id.Value), cancellationToken);
        await engine.Images.TagAsync(committed, tag, CancellationToken.None);
        return new PublishImageOutcome.Published(
            committed.Value,
            tag.ToString(),
            container.Name,
            (await engine.Images.InspectAsync(committed, cancellationToken)).Size,
            SecretText.Variables(container.ToDefinition().ToDetails().Environment).Blanked);
    }

    private async Task<ContainerId> MakeAsync(
        IDockerEngine engine,
        ContainerDefinition definition,
        OperationContext context,
        Func<(ContainerDetails Details, LayerStore? Store), Task> fill,
        CancellationToken cancellationToken)
    {
        var name = EngineName.Parse($"snapshotbot-image-{context.Id.Value[8..]}");
        var before = await layers.LookAsync(engine, context, cancellationToken);
        var id = await Makings.MakeAsync(
            context.Journal, new ImageContainerMade(name.Value), () => engine.Containers.CreateAsync(definition, name, CancellationToken.None), cancellationToken);
        await fill((await engine.Containers.InspectAsync(id, cancellationToken), before));
        return id;
    }

    /// <summary>
    /// The container's own settings, which the image takes over, and nothing of where it stood: no mounts, ports or networks. Nor what it is to
    /// this program: whoever runs the image does not mean to add a container to a server here, or to have it removed with a duplicate.
    /// </summary>
    private static ContainerRewrite Bare(ContainerDetails details) => new()
    {
        Mounts = [],
        Ports = [],
        NetworkMode = "none",
        Networks = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal),
        Environment = details.Environment,
        Command = details.Command,
        Labels = ServerLabels.WithoutOurs(details.Labels),
    };

    private static DocumentContainer Choose(ServerDocument document, string? name) => name is null
        ? document.Containers is [var only]
            ? only
            : throw new RefusedException(new Refusal.ContainerAmbiguous("", [.. document.Containers.Select(one => one.Name)]))
        : document.Containers.FirstOrDefault(one => one.Name == name) ?? throw new RefusedException(new Refusal.ContainerUnknown(name));
}
