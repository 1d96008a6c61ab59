using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Exporting;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Writes an archive beside its place and moves it there when it is whole; killed before, healing takes the half one away.</summary>
internal sealed class ExportSnapshotHandler(RepositoryAccess access, SnapshotView view, SnapshotStore store, DataFolder folder)
    : IOperationHandler<ExportSnapshot, ExportSnapshotOutcome>
{
    public async Task<ExportSnapshotOutcome> HandleAsync(ExportSnapshot request, OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        var snapshot = store.Get(request.Snapshot);
        var file = request.File ?? OwnPlace(snapshot);
        var part = $"{file}.{context.Id}.part";
        var target = new FileInfo(file);
        if (target.Directory is not { Exists: true })
            return new ExportSnapshotOutcome.BadTarget(file, "its folder is not there");
        if (request.File is not null && (Path.Exists(file) || target.LinkTarget is not null))
            return new ExportSnapshotOutcome.BadTarget(file, new DirectoryInfo(file).Exists ? "it is a folder" : "something is there already, and nothing is replaced");
        var number = await context.Journal.WriteAsync(new ExportBegun(part), cancellationToken);
        ExportFigures figures;
        try
        {
            await using var output = new FileStream(part, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 1 << 16,
                Options = FileOptions.Asynchronous,

                // It holds what the snapshot holds, secrets too.
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            var exporter = new TreeExporter(await session.BlobsAsync(cancellationToken), await session.TreesAsync(cancellationToken));
            figures = await exporter.WriteAsync(
                store.Tree(request.Snapshot), output, new Steps(context.Progress, snapshot.BytesProcessed), cancellationToken);
            output.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException error)
        {
            return new ExportSnapshotOutcome.BadTarget(file, error.Message);
        }

        // Our own place has the snapshot's id in it: what lies there is the same archive.
        new FileInfo(part).MoveTo(file, overwrite: request.File is null);
        await context.Journal.SettleAsync(number);
        return new ExportSnapshotOutcome.Exported(snapshot, file, figures.Entries, figures.Bytes, figures.ArchiveBytes, figures.LeftOut);
    }

    /// <summary>
    /// Whoever asks from afar does not see the disk: what is written there never takes the room that is kept free for games. How small the archive
    /// becomes shows when it is written, so it counts as if nothing could be compressed.
    /// </summary>
    /// <exception cref="RefusedException">Too little room.</exception>
    private string OwnPlace(SnapshotInfo snapshot)
    {
        var file = folder.ExportPath($"{snapshot.Server}-{snapshot.Name}-{snapshot.Id.Value}");
        SpaceGuard.Require(folder.Path, folder.Space(), snapshot.BytesProcessed);
        return file;
    }

    private sealed class Steps(IProgress<OperationProgress> progress, long total) : IProgress<long>
    {
        public void Report(long value) => progress.Report(new OperationProgress("export", value, Math.Max(total, value), ProgressUnit.Bytes, null));
    }
}

/// <summary>An archive may lie half written beside its place.</summary>
internal sealed record ExportBegun(string Part) : Fact
{
    public override Task UndoAsync(FactContext context, CancellationToken cancellationToken)
    {
        try
        {
            new FileInfo(Part).Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A stick that was pulled, a share that is away. The half file says by its name what it is; the repository must not wait for it.
        }

        return Task.CompletedTask;
    }

    public override Task FinishAsync(FactContext context, CancellationToken cancellationToken) => UndoAsync(context, cancellationToken);
}
