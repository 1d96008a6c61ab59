using System.Text.Json;
using SnapshotBot.Bot.Interactions;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Operations nobody in a chat asked for: those of a terminal are told where their guild wants to hear of them; those of schedules and of
/// upkeep are told once a day when they are fine.
/// </summary>
internal sealed class UnaskedOperations(SettingReads settings, GuildServers servers, Addresses addresses, OperationReads operations, ScheduleReads schedules, DailyMessage daily)
{
    /// <summary>As what upkeep asks for its work.</summary>
    private const string Upkeep = "upkeep";

    public async Task TakeAsync(OperationInfo info, OperationBoard board, CancellationToken cancellationToken)
    {
        if (Carrier.IsQuick(info.Kind) || IsPerson(info.RequestedBy) || HomeOf(info) is not { } guild)
        {
            return;
        }

        var told = settings.Of(guild);
        if (addresses.ChannelOf(info, guild) is not { } channel)
        {
            return;
        }

        if (info.RequestedBy.StartsWith("terminal:", StringComparison.Ordinal) ? told.Notify != NotifyLevel.Problems : told.Notify == NotifyLevel.All)
        {
            _ = board.Take(info.Id, guild, channel);
        }
        else if (IsBad(info) && (info.Kind == RunSchedule.KindText || info.RequestedBy == Upkeep))
        {
            // An incident tells of it, with what to do; a second message would only say it twice.
        }
        else if (info.State == OperationState.Ended && !IsBad(info) && told.Notify == NotifyLevel.Daily)
        {
            await daily.AddAsync(LineOf(info, told.Zone), guild, channel, told.Zone, cancellationToken);
        }
        else if (info.State == OperationState.Failed)
        {
            _ = board.Take(info.Id, guild, channel);
        }
    }

    private DailyLine LineOf(OperationInfo info, TimeZoneInfo zone)
    {
        var at = info.EndedAt ?? info.QueuedAt;
        return info is { Kind: RunSchedule.KindText, Subject: { } schedule } && operations.Details(info.Id)?.Outcome is RunScheduleOutcome outcome
            ? new DailyLine(at, schedules.Find(schedule) is ScheduleFound.One one ? one.Schedule.Name : "schedule", info.Server, outcome is RunScheduleOutcome.Skipped)
            {
                Why = ScheduleText.Reason(outcome, zone),
            }
            : new DailyLine(at, info.Kind, info.Server, DailyCard.IsSkip(info)) { Why = DailyCard.WhyOf(info) };
    }

    /// <summary>Whether it came to its end without what it was for.</summary>
    internal static bool IsBad(OperationInfo info) => info.State == OperationState.Failed
        || (info.Outcome is { ValueKind: JsonValueKind.Object } outcome && (IsBadEnding(info) || HasFoundDamage(outcome) || IsForDisk(outcome)));

    private static bool IsBadEnding(OperationInfo info) =>
        DailyCard.EndingOf(info) is "refused" or "missed" or "damaged" or "stopped" or "not-proven" or "held" or "not-verified" or "swapped-back";

    // A check ends in one way only: what it found stands in its list.
    private static bool HasFoundDamage(JsonElement outcome) =>
        outcome.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0;

    // That there is no room is an incident of its own, not one of the things that went well.
    private static bool IsForDisk(JsonElement outcome) =>
        outcome.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String && reason.GetString() == nameof(SkipReason.DiskLow);

    private static bool IsPerson(string requester) => requester.Length > 0 && requester.All(char.IsAsciiDigit);

    private ulong? HomeOf(OperationInfo info) => servers.HomeOf(info.Scope.Server is { } id ? new ServerId(id) : (ServerId?)null);
}
