using System.Globalization;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Snapshots;

/// <summary>Makes a snapshot of a server on request.</summary>
internal sealed class CreateSnapshotHandler(CaptureWorkflow capture, SnapshotsMade made, Upkeep.SettingsKeeper settings, TimeProvider time)
    : IOperationHandler<CreateSnapshot, CreateSnapshotOutcome>
{
    public async Task<CreateSnapshotOutcome> HandleAsync(CreateSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        if (request.Name is { } name && ServerNames.FaultOfSnapshot(name) is { } fault)
            return new CreateSnapshotOutcome.Refused(new Refusal.NameRefused(name, fault));
        if (request.Note is { } note && ServerNames.FaultOfNote(note) is { } noteFault)
            return new CreateSnapshotOutcome.Refused(new Refusal.NameRefused(note, noteFault));
        var id = SnapshotId.Of(context.Id);

        // Run again after its runner died it may have committed already: then that is its snapshot.
        if (await made.FindAsync(id, cancellationToken) is { } before)
            return new CreateSnapshotOutcome.Created(before);
        await context.Journal.WriteAsync(new SnapshotBegun(id.Value), cancellationToken);

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
}
