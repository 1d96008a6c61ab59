using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Copying;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Brings the second copy up to date and says how fresh it is. A target that is full or gone is told once and tried again.</summary>
internal sealed class CopyRepositoryHandler(
    RepositoryAccess access, SecondCopy copy, SnapshotStore store, UpkeepSettings settings, Incidents incidents, DataFolder folder, TimeProvider time)
    : IOperationHandler<CopyRepository, CopyRepositoryOutcome>
{
    private const int NamesTold = 5;

    public async Task<CopyRepositoryOutcome> HandleAsync(CopyRepository request, OperationContext context, CancellationToken cancellationToken)
    {
        if ((request.To ?? settings.CopyTo) is not { } to || !SecondCopy.TryLocate(to, out var location))
            return new CopyRepositoryOutcome.NoTarget();
        var (begun, started) = (time.GetUtcNow(), time.GetTimestamp());
        var known = copy.Mark() is { } mark && mark.To == to ? mark : new CopyMark(to, null, null, []);
        var done = new CopyFigures(0, 0, 0, 0, 0);
        var left = 0;
        try
        {
            var password = (request.PasswordFile ?? (request.To is null ? settings.CopyPasswordFile : null)) is { } file ? folder.ReadPassword(file) : null;
            await using var source = await access.WriteAsync(cancellationToken);
            await using var target = await access.OpenOtherAsync(location, password, cancellationToken);
            if (target.Config.Id == source.Repository.Config.Id)
                return new CopyRepositoryOutcome.SamePlace(location.ToString());
            done = await CopyAsync(source, target, context, cancellationToken);
        }
        catch (Exception error) when (Inner(error) is { } inner && !cancellationToken.IsCancellationRequested)
        {
            if (error is CopyStoppedException stopped)
                (done, left) = (stopped.Done, stopped.Left);
            var failure = ServiceFailure.Describe(inner);
            // Whoever ended before it had looked at the target leaves what was known of it.
            var has = done.Held.Count > 0 ? IdsOf(done) : known.Has ?? [];
            await copy.RememberAsync(known with { Failure = failure.Code, Has = has }, cancellationToken);
            await incidents.OpenAsync(null, new IncidentCause.CopyFailed(location.ToString(), failure.Code, failure.Message), cancellationToken);
            return new CopyRepositoryOutcome.Stopped(location.ToString(), done.Copied + done.Changed, left, failure.Code, failure.Message, failure.Hint);
        }

        if (done.Damaged.Count > 0)
        {
            var names = string.Join(", ", done.Damaged.Take(NamesTold).Select(one => store.NameOf(one.Id))) + (done.Damaged.Count > NamesTold ? $" and {done.Damaged.Count - NamesTold} more" : "");
            var message = $"Damaged here and left out: {names}. Every other snapshot is in the copy.";
            await copy.RememberAsync(new CopyMark(to, begun, IncidentCause.CopyFailed.SourceDamaged, IdsOf(done)), cancellationToken);
            await incidents.OpenAsync(null, new IncidentCause.CopyFailed(location.ToString(), IncidentCause.CopyFailed.SourceDamaged, message), cancellationToken);
            return new CopyRepositoryOutcome.Stopped(
                location.ToString(), done.Copied + done.Changed, done.Damaged.Count, IncidentCause.CopyFailed.SourceDamaged, message, null);
        }

        await copy.RememberAsync(new CopyMark(to, begun, null, IdsOf(done)), cancellationToken);
        await incidents.ResolveAsync(null, IncidentCause.CopyFailed.Text, null, cancellationToken);
        return new CopyRepositoryOutcome.Copied(
            location.ToString(), done.Copied, done.Changed, done.There, done.Blobs, done.Bytes, time.GetElapsedTime(started));
    }

    private async Task<CopyFigures> CopyAsync(RepositorySession source, OpenRepository target, OperationContext context, CancellationToken cancellationToken)
    {
        await using var held = await RepositoryLocking.AcquireAsync(target, LockMode.Shared, new LockOptions(), time, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost, source.Lost);
        try
        {
            return await new RepositoryCopier(source.Repository, target, new Steps(context.Progress)).RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RepositoryLockLostException();
        }
    }

    private static List<string> IdsOf(CopyFigures done) =>
        [.. done.Held.Select(one => SnapshotTags.Read(one.File)?.Id.Value).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>What a copy may meet on its way and try again later.</summary>
    private static Exception? Inner(Exception error) => error switch
    {
        CopyStoppedException stopped => stopped.InnerException,
        BackendException or RepositoryDamagedException or WrongPasswordException or UnknownRepositoryVersionException or RepositoryLockedException
            or RepositoryLockLostException or IOException or UnauthorizedAccessException => error,
        _ => null,
    };

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => progress.Report(new OperationProgress("copy", value.BytesDone, value.Bytes, ProgressUnit.Bytes, null));
    }
}
