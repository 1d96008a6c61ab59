using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Commands.Operation;
using SnapshotBot.Bot.Commands.Server;
using SnapshotBot.Bot.Commands.Setting;
using SnapshotBot.Bot.Commands.Snapshot;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Terminal.Json;
using SnapshotBot.Service;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Terminal;

/// <summary>The views of what the service answers. A refusal ends the command with its failure.</summary>
internal static class ServiceViews
{
    public static View? Of(object outcome, TimeZoneInfo zone) => OfServer(outcome) ?? OfSnapshot(outcome, zone) ?? OfRead(outcome, zone)
        ?? OfRestore(outcome, zone) ?? OfDuplicate(outcome, zone) ?? OfOperation(outcome, zone) ?? OfSetting(outcome, zone);

    private static View? OfServer(object outcome)
    {
        var json = ServerJsonContext.Default;
        return outcome switch
        {
            ServersListed it => Done(ServerJson.From(it.Servers, it.Lights), json.ServersDto, () => ServerPages.List(it.Servers, it.Lights)),
            ServerFound.One it => Done(ServerJson.One(it.Server), json.OneServerDto, () => ServerPages.Info(it.Server)),
            ServerFound.Refused it => throw Refused(it.Refusal),
            ServerOutcome.Added it => Done(ServerJson.One(it.Server), json.OneServerDto, () => ServerPages.Added(it.Server)),
            ServerOutcome.Changed it => Done(ServerJson.One(it.Server), json.OneServerDto, () => ServerPages.Setting(it.Server, it.Setting, Tone.Good)),
            ServerSettingShown it => Done(ServerJson.One(it.Server), json.OneServerDto, () => ServerPages.Setting(it.Server, it.Setting, Tone.Plain)),
            ServerOutcome.Removed it => Done(ServerJson.Removed(it.Id, it.Name), json.ServerRemovedDto, () => ServerPages.Removed(it.Name)),
            ServerOutcome.Refused it => throw Refused(it.Refusal),
            Changed<RunServerOutcome> { Outcome: RunServerOutcome.Done it, Request: RunServer request } => Done(
                ServerJson.Ran(it.Server, it.Killed), json.ServerRunDto, () => ServerPages.Ran(it.Server, request.Action, it.Killed)),
            Changed<RunServerOutcome> { Outcome: RunServerOutcome.Unchanged it } => Done(
                ServerJson.Unchanged(it.Server), json.ServerRunDto, () => ServerPages.Unchanged(it.Server)),
            Changed<RunServerOutcome> { Outcome: RunServerOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            _ => null,
        };
    }

    private static View? OfSnapshot(object outcome, TimeZoneInfo zone)
    {
        var json = SnapshotJsonContext.Default;
        return outcome switch
        {
            Changed<CreateSnapshotOutcome> { Outcome: CreateSnapshotOutcome.Created it } => Done(
                SnapshotJson.One(it.Snapshot), json.OneSnapshotDto, () => SnapshotPages.Created(it.Snapshot)),
            Changed<CreateSnapshotOutcome> { Outcome: CreateSnapshotOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            Changed<ChangeSnapshotOutcome> { Outcome: ChangeSnapshotOutcome.Changed it, Request: ChangeSnapshot request } => Done(
                SnapshotJson.One(it.Snapshot), json.OneSnapshotDto, () => SnapshotPages.Changed(it.Snapshot, request)),
            Changed<ChangeSnapshotOutcome> { Outcome: ChangeSnapshotOutcome.Unchanged it } => Done(
                SnapshotJson.One(it.Snapshot), json.OneSnapshotDto, () => SnapshotPages.Unchanged(it.Snapshot)),
            Changed<ChangeSnapshotOutcome> { Outcome: ChangeSnapshotOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            Changed<DeleteSnapshotOutcome> { Outcome: DeleteSnapshotOutcome.Deleted it } => Done(
                SnapshotJson.Deleted(it.Snapshot, it.UndoUntil), json.SnapshotDeletedDto, () => SnapshotPages.Deleted(it.Snapshot)),
            Changed<DeleteSnapshotOutcome> { Outcome: DeleteSnapshotOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            Changed<VerifySnapshotOutcome> { Outcome: VerifySnapshotOutcome.Good it } => Done(
                SnapshotJson.Verified(true, it.Blobs, it.Bytes, []), json.SnapshotVerifiedDto,
                () => SnapshotPages.Verified(it.Snapshot, it.Blobs, it.Bytes, [])),
            Changed<VerifySnapshotOutcome> { Outcome: VerifySnapshotOutcome.Damaged it } => View.Of(
                ExitCode.Failed, SnapshotJson.Verified(false, it.Blobs, it.Bytes, it.Errors), json.SnapshotVerifiedDto,
                () => SnapshotPages.Verified(it.Snapshot, it.Blobs, it.Bytes, it.Errors)),
            Changed<VerifySnapshotOutcome> { Outcome: VerifySnapshotOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            Changed<RebuildCatalogOutcome> { Outcome: var it } => Done(
                new CatalogRebuiltDto(it.Servers, it.Snapshots, it.Schedules, it.Settings, JsonText.Time(it.KeptAt)), json.CatalogRebuiltDto,
                () => SnapshotPages.Rebuilt(it, zone)),
            _ => null,
        };
    }

    private static View? OfRead(object outcome, TimeZoneInfo zone)
    {
        var json = SnapshotJsonContext.Default;
        return outcome switch
        {
            SnapshotPage it => Done(SnapshotJson.From(it), json.SnapshotsDto, () => SnapshotPages.List(it, zone)),
            SnapshotDetails it => Done(SnapshotJson.From(it), json.SnapshotDetailsDto, () => SnapshotPages.Info(it, zone)),
            SnapshotDiff.Difference it => Done(SnapshotJson.From(it), RepositoryJsonContext.Default.DifferenceDto, () => SnapshotPages.Difference(it)),
            SnapshotDiff.Refused it => throw Refused(it.Refusal),
            SnapshotListing.Entries it => Done(SnapshotJson.From(it), json.SnapshotEntriesDto, () => SnapshotPages.Listing(it.Items)),
            SnapshotListing.Refused it => throw Refused(it.Refusal),
            SnapshotFileSent => View.Nothing,
            SnapshotFileGot it => Done(
                new SnapshotGotDto(it.Entry.Path, it.Bytes, it.File), json.SnapshotGotDto, () => SnapshotPages.Got(it.Entry, it.File, it.Bytes)),
            SnapshotFileBytes.Refused it => throw Refused(it.Refusal),
            SnapshotFound.Refused it => throw Refused(it.Refusal),
            _ => null,
        };
    }

    private static View? OfRestore(object outcome, TimeZoneInfo zone)
    {
        var json = RestoreJsonContext.Default;
        return outcome switch
        {
            RestoreCost.Cost it => Done(RestoreJson.From(it), json.RestorePlanDto, () => RestoreCostPages.Restore(it, zone)),
            RestoreCost.Refused it => throw Refused(it.Refusal),
            UndoPlanned it => Done(RestoreJson.From(it.Cost), json.RestorePlanDto, () => RestoreCostPages.Undo(it.Cost, it.Server, zone)),
            Undoable.No it => throw new CommandFailedException(RestorePages.NothingToUndo(it.EndedAt)),
            Changed<RestoreOutcome> changed => changed.Outcome switch
            {
                RestoreOutcome.Restored it when changed.Request is UndoRestore => Done(
                    RestoreJson.Undone(it), json.SnapshotUndoneDto, () => RestorePages.Undone(it, zone)),
                RestoreOutcome.NothingDiffers it when changed.Request is UndoRestore => Done(
                    RestoreJson.Undone(it, changed.Operation.Value), json.SnapshotUndoneDto, RestorePages.NothingDiffers),
                RestoreOutcome.NothingToUndo it => throw new CommandFailedException(
                    RestorePages.NothingToUndo(it.EndedAt) with { Operation = changed.Operation.Value }),
                RestoreOutcome.Restored it => Done(RestoreJson.From(it), json.SnapshotRestoredDto, () => RestorePages.Restored(it, zone)),
                RestoreOutcome.NothingDiffers it => Done(
                    RestoreJson.From(it, changed.Operation.Value), json.SnapshotRestoredDto, RestorePages.NothingDiffers),
                RestoreOutcome.SwappedBack it => throw new CommandFailedException(
                    RestorePages.SwappedBack(it) with { Operation = changed.Operation.Value }),
                RestoreOutcome.Refused it => throw Refused(it.Refusal, changed.Operation),
                _ => null,
            },
            _ => null,
        };
    }

    private static View? OfDuplicate(object outcome, TimeZoneInfo zone)
    {
        var json = DuplicateJsonContext.Default;
        return outcome switch
        {
            Changed<DuplicateOutcome> { Outcome: DuplicateOutcome.Made it } => Done(
                DuplicateJson.From(it), json.DuplicateMadeDto, () => DuplicatePages.Made(it, zone)),
            Changed<DuplicateOutcome> { Outcome: DuplicateOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            Changed<PublishImageOutcome> { Outcome: PublishImageOutcome.Published it } => Done(
                DuplicateJson.From(it), json.ImagePublishedDto, () => DuplicatePages.Published(it)),
            Changed<PublishImageOutcome> { Outcome: PublishImageOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            Changed<RemoveDuplicateOutcome> { Outcome: RemoveDuplicateOutcome.Removed it } => Done(
                ServerJson.Removed(it.Id, it.Name), ServerJsonContext.Default.ServerRemovedDto, () => DuplicatePages.Removed(it.Name)),
            Changed<RemoveDuplicateOutcome> { Outcome: RemoveDuplicateOutcome.Refused it } changed => throw Refused(it.Refusal, changed.Operation),
            KeepOutcome.Kept it => Done(ServerJson.One(it.Server), ServerJsonContext.Default.OneServerDto, () => DuplicatePages.Kept(it.Server.Name)),
            KeepOutcome.Refused it => throw Refused(it.Refusal),
            _ => null,
        };
    }

    private static View? OfOperation(object outcome, TimeZoneInfo zone)
    {
        var json = OperationJsonContext.Default;
        return outcome switch
        {
            OperationsListed it => Done(OperationJson.From(it.Operations), json.OperationsDto, () => OperationPages.List(it.Operations, zone)),
            AuditListed it => Done(OperationJson.From(it.Lines), json.AuditDto, () => OperationPages.Audit(it.Lines, zone)),
            OperationInfo it => Done(OperationJson.One(it), json.OneOperationDto, () => OperationPages.One(it, zone)),
            CancelAsked it => Done(new OperationCancelledDto(it.Operation.Value), json.OperationCancelledDto, () => OperationPages.CancelAsked(it.Operation)),
            Refusal it => throw Refused(it),
            _ => null,
        };
    }

    private static View? OfSetting(object outcome, TimeZoneInfo zone)
    {
        var json = SettingJsonContext.Default;
        return outcome switch
        {
            SettingsShown it => Done(SettingJson.From(it.Values), json.SettingsDto, () => SettingPages.List(it.Values)),
            SettingPlanned it => Done(SettingJson.From(it), json.SettingPlannedDto, () => SettingPages.Planned(it, zone)),
            SettingOutcome.Set it => Done(SettingJson.From(it), json.SettingSetDto, () => SettingPages.Set(it)),
            SettingOutcome.Refused it => throw Refused(it.Refusal),
            ShareOutcome.Shared it => Done(SettingJson.Shared(it.Server, it.Guild, true), json.ServerSharedDto, () => SettingPages.Shared(it.Server, it.Guild)),
            ShareOutcome.Withdrawn it => Done(
                SettingJson.Shared(it.Server, it.Guild, false), json.ServerSharedDto, () => SettingPages.Withdrawn(it.Server, it.Guild)),
            ShareOutcome.Home it => Done(SettingJson.Shared(it.Server, it.Guild, true), json.ServerSharedDto, () => SettingPages.Home(it.Server, it.Guild)),
            ShareOutcome.Refused it => throw Refused(it.Refusal),
            _ => null,
        };
    }

    private static View Done<TDto>(TDto dto, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TDto> type, Func<Page> page) =>
        View.Of(ExitCode.Done, dto, type, page);

    private static CommandFailedException Refused(Refusal refusal) => new(RefusalText.Of(refusal));

    private static CommandFailedException Refused(Refusal refusal, OperationId operation) =>
        new(RefusalText.Of(refusal) with { Operation = operation.Value });
}
