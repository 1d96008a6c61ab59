using System.Globalization;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Makes a snapshot of a server on request.</summary>
internal sealed class CreateSnapshotHandler(CaptureWorkflow capture, RepositoryAccess access, SnapshotView view, SnapshotStore store, Upkeep.SettingsKeeper settings, TimeProvider time)
    : IOperationHandler<CreateSnapshot, CreateSnapshotOutcome>
{
    public async Task<CreateSnapshotOutcome> HandleAsync(CreateSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        if (request.Name is { } name && ServerNames.FaultOfSnapshot(name) is { } fault)
            return new CreateSnapshotOutcome.Refused(new Refusal.NameRefused(name, fault));
        if (request.Note is { } note && ServerNames.FaultOfNote(note) is { } noteFault)
            return new CreateSnapshotOutcome.Refused(new Refusal.NameRefused(note, noteFault));
        var id = SnapshotId.Of(context.Id);
        if (await MadeBeforeAsync(id, cancellationToken) is { } made)
            return new CreateSnapshotOutcome.Created(made);

        var tags = new SnapshotTags
        {
            Id = id,
            Name = request.Name?.Trim() ?? time.GetLocalNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            Note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim(),
            IsLocked = request.Lock == SnapshotLock.Locked,
            Reason = "manual",
        };
        try
        {
            var snapshot = await capture.CaptureAsync(new CaptureRequest(request.Server, tags) { UnreadableLayers = request.UnreadableLayers }, context, cancellationToken);
            await settings.KeepIfDueAsync(cancellationToken);
            return new CreateSnapshotOutcome.Created(snapshot);
        }
        catch (RefusedException refused)
        {
            return new CreateSnapshotOutcome.Refused(refused.Refusal);
        }
        catch (RunStateChangedException changed)
        {
            return new CreateSnapshotOutcome.Refused(new Refusal.RunStateChanged(changed.Container));
        }
    }

    /// <summary>The same operation run again after its runner died may have committed already: then that is its snapshot.</summary>
    private async Task<SnapshotInfo?> MadeBeforeAsync(SnapshotId id, CancellationToken cancellationToken)
    {
        if (view.IsCurrent(await access.ListNamesAsync(cancellationToken)))
            return store.Find(id);
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        return store.Find(id);
    }
}
