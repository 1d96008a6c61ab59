using System.Text.Json.Serialization.Metadata;
using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Incident;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Bot.Commands.Storage;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The views of what upkeep answers.</summary>
internal static class UpkeepViews
{
    public static View? Of(object outcome, TimeZoneInfo zone) => outcome switch
    {
        StorageShown it => Done(
            StorageJson.From(it.Storage, it.Picture), StorageJsonContext.Default.StorageShownDto, () => StoragePages.Shown(it.Storage, it.Picture, zone)),
        RetentionForecast it => Done(UpkeepJson.From(it), UpkeepJsonContext.Default.RetentionDto, () => UpkeepPages.Forecast(it, zone)),
        RetentionShown it => Done(UpkeepJson.From(it), UpkeepJsonContext.Default.ServerRetentionDto, () => UpkeepPages.Retention(it, zone)),
        IncidentsListed it => Done(UpkeepJson.From(it.Incidents), UpkeepJsonContext.Default.IncidentsDto, () => UpkeepPages.Incidents(it.Incidents, zone)),
        Changed<PruneRepositoryOutcome> it => OfPrune(it.Outcome, it.Operation),
        Changed<CheckRepositoryOutcome> it => View.Of(
            it.Outcome.Errors.Count == 0 ? ExitCode.Done : ExitCode.Failed, StorageJson.From(it.Outcome), StorageJsonContext.Default.RepositoryCheckDto,
            () => StoragePages.Checked(it.Outcome)),
        Changed<CopyRepositoryOutcome> it => OfCopy(it.Outcome, it.Operation),
        Changed<ExportSnapshotOutcome> it => OfExport(it.Outcome, it.Operation),
        Changed<ExpireSnapshotsOutcome> it => OfExpiry(it.Outcome, it.Operation),
        Changed<ResumeServerOutcome> it => OfResume(it.Outcome),
        Changed<UndeleteSnapshotOutcome> it => OfUndelete(it.Outcome, it.Operation),
        Changed<ProveBootOutcome> it => OfProof(it.Outcome, it.Operation),
        _ => null,
    };

    private static View? OfPrune(PruneRepositoryOutcome outcome, OperationId operation)
    {
        var json = StorageJsonContext.Default.StoragePrunedDto;
        return outcome switch
        {
            PruneRepositoryOutcome.Pruned it => Done(StorageJson.From(it.Counts, it.Took), json, () => StoragePages.Pruned(it.Counts, it.Took)),
            PruneRepositoryOutcome.Planned it => Done(StorageJson.From(it.Counts, null), json, () => StoragePages.Pruned(it.Counts, null)),
            PruneRepositoryOutcome.NotWorthIt it => Done(StorageJson.NothingPruned(), json, () => StoragePages.NotWorthIt(it.Counts)),
            PruneRepositoryOutcome.MadeWay => Done(StorageJson.NothingPruned(), json, StoragePages.MadeWay),
            PruneRepositoryOutcome.Waits it => throw Failed(StoragePages.PruneWaits(it), operation),
            PruneRepositoryOutcome.NoSnapshots => throw Failed(RepositoryFailures.NothingToKeep(), operation),
            PruneRepositoryOutcome.Damaged it => throw Failed(RepositoryFailures.NotPruned(it.Reasons), operation),
            _ => null,
        };
    }

    private static View? OfCopy(CopyRepositoryOutcome outcome, OperationId operation) => outcome switch
    {
        CopyRepositoryOutcome.Copied it => Done(StorageJson.From(it), StorageJsonContext.Default.StorageCopiedDto, () => StoragePages.Copied(it)),
        CopyRepositoryOutcome.Stopped it => throw Failed(StoragePages.CopyStopped(it), operation),
        CopyRepositoryOutcome.SamePlace it => throw Failed(StoragePages.SamePlace(it.To), operation),
        CopyRepositoryOutcome.NoTarget => throw Failed(StoragePages.NoCopyTarget(), operation),
        _ => null,
    };

    private static View? OfExport(ExportSnapshotOutcome outcome, OperationId operation) => outcome switch
    {
        ExportSnapshotOutcome.Exported it => Done(StorageJson.From(it), StorageJsonContext.Default.SnapshotExportedDto, () => StoragePages.Exported(it)),
        ExportSnapshotOutcome.BadTarget it => throw Failed(StoragePages.BadExportTarget(it), operation),
        _ => null,
    };

    private static View? OfExpiry(ExpireSnapshotsOutcome outcome, OperationId operation) => outcome switch
    {
        ExpireSnapshotsOutcome.Expired it => Done(UpkeepJson.From(it), UpkeepJsonContext.Default.ExpiredDto, () => UpkeepPages.Expired(it)),
        ExpireSnapshotsOutcome.Held it => throw Failed(UpkeepPages.Held(it.Cause), operation),
        ExpireSnapshotsOutcome.NotVerified it => throw Failed(UpkeepPages.NotVerified(it.Newest), operation),
        _ => null,
    };

    private static View? OfResume(ResumeServerOutcome outcome) => outcome switch
    {
        ResumeServerOutcome.Resumed it => Done(UpkeepJson.From(it), UpkeepJsonContext.Default.ResumedDto, () => UpkeepPages.Resumed(it)),
        ResumeServerOutcome.NotHeld it => Done(UpkeepJson.From(it), UpkeepJsonContext.Default.ResumedDto, () => UpkeepPages.NotHeld(it.Server)),
        _ => null,
    };

    private static View? OfUndelete(UndeleteSnapshotOutcome outcome, OperationId operation) => outcome switch
    {
        UndeleteSnapshotOutcome.Restored it => Done(
            SnapshotJson.One(it.Snapshot), SnapshotJsonContext.Default.OneSnapshotDto, () => UpkeepPages.Undeleted(it.Snapshot)),
        UndeleteSnapshotOutcome.TooLate it => throw Failed(UpkeepPages.TooLate(it.Snapshot), operation),
        _ => null,
    };

    private static View? OfProof(ProveBootOutcome outcome, OperationId operation)
    {
        var json = UpkeepJsonContext.Default.BootProvenDto;
        return outcome switch
        {
            ProveBootOutcome.Proven it => Done(UpkeepJson.From(it), json, () => UpkeepPages.Proven(it)),
            ProveBootOutcome.NotProven it => View.Of(ExitCode.Failed, UpkeepJson.From(it), json, () => UpkeepPages.NotProven(it)),
            ProveBootOutcome.NoCheck it => throw Failed(UpkeepPages.NoCheck(it), operation),
            ProveBootOutcome.Refused it => throw Failed(RefusalText.Of(it.Refusal), operation),
            _ => null,
        };
    }

    private static View Done<TDto>(TDto dto, JsonTypeInfo<TDto> type, Func<Page> page) => View.Of(ExitCode.Done, dto, type, page);

    private static CommandFailedException Failed(Failure failure, OperationId operation) => new(failure with { Operation = operation.Value });
}
