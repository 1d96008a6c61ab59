using SnapshotBot.Bot.Interactions;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Operations nobody in a chat asked for: those of a terminal are told where their guild wants to hear of them; those of schedules and of
/// upkeep are told once a day when they are fine.
/// </summary>
internal sealed class UnaskedOperations(SettingReads settings, GuildServers servers, ServerReads reads, Addresses addresses, DailyMessage daily)
{
    public async Task TakeAsync(OperationInfo info, OperationBoard board, CancellationToken cancellationToken)
    {
        if (Carrier.IsQuick(info.Kind) || IsPerson(info.RequestedBy) || await HomeAsync(info, cancellationToken) is not { } guild)
        {
            return;
        }

        var told = settings.Of(guild);
        if (await addresses.ChannelOfAsync(info, guild, cancellationToken) is not { } channel)
        {
            return;
        }

        if (info.RequestedBy.StartsWith("terminal:", StringComparison.Ordinal) ? told.Notify != NotifyLevel.Problems : told.Notify == NotifyLevel.All)
        {
            _ = await board.AnnounceAsync(info.Id, guild, channel, cancellationToken);
        }
        else if (info.State == OperationState.Ended && told.Notify == NotifyLevel.Daily)
        {
            await daily.AddAsync(info, guild, channel, told.Zone, cancellationToken);
        }
        else if (info.State == OperationState.Failed)
        {
            _ = await board.AnnounceAsync(info.Id, guild, channel, cancellationToken);
        }
    }

    private static bool IsPerson(string requester) => requester.Length > 0 && requester.All(char.IsAsciiDigit);

    private async Task<ulong?> HomeAsync(OperationInfo info, CancellationToken cancellationToken)
    {
        if (info.Scope.Server is not { } id)
        {
            return settings.Allowed() is [var first, ..] ? first : null;
        }

        return await reads.FindAsync(id, cancellationToken) is ServerFound.One one ? servers.HomeOf(one.Server) : null;
    }
}
