using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Tells of incidents: a message of its own for each, which may mention the one alert role; repeats edit it, a fresh mention comes with the
/// third, the seventh, then weekly; what is over turns green and is answered once, quietly.
/// </summary>
internal sealed class IncidentBoard(
    IChat chat, Incidents incidents, SettingReads settings, GuildServers servers, ServerReads reads, PostedMessages posted, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Weekly = TimeSpan.FromDays(7);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var incident in incidents.WatchAsync(cancellationToken))
        {
            try
            {
                await TellAsync(incident, cancellationToken);
            }
            catch (ChatRequestException refused)
            {
                log.IncidentNotTold(incident.Id, refused);
            }
        }
    }

    private async Task TellAsync(IncidentInfo incident, CancellationToken cancellationToken)
    {
        if (await HomeAsync(incident, cancellationToken) is not { } guild || settings.Of(guild) is not { Channel: { } channel } told)
        {
            return;
        }

        var subject = "incident:" + incident.Id;
        var before = posted.Find(subject);
        var state = State.Read(before?.State);
        if (incident.ResolvedAt is not null)
        {
            await EndAsync(incident, before, state, cancellationToken);
            return;
        }

        if (before is { Message: { } id } && !IsLoud(incident, state))
        {
            if (incident.Times != state.Times)
            {
                await chat.EditAsync(new ChannelId(before.Channel), new MessageId(id), IncidentCard.Of(incident, null), cancellationToken);
                await posted.PutAsync(subject, guild, before.Channel, id, (state with { Times = incident.Times }).Write(), cancellationToken);
            }

            return;
        }

        var role = told.Alerts == guild ? null : told.Alerts;
        var message = await chat.SendAsync(new ChannelId(channel), IncidentCard.Of(incident, role), cancellationToken);
        await posted.PutAsync(subject, guild, channel, message.Value, new State(incident.Times, time.GetUtcNow()).Write(), cancellationToken);
        if (before is { Message: { } old })
        {
            // One message an incident: the louder one takes the place of the one nobody looked at.
            await chat.DeleteAsync(new ChannelId(before.Channel), new MessageId(old), cancellationToken);
        }
    }

    private async Task EndAsync(IncidentInfo incident, PostedMessage? before, State state, CancellationToken cancellationToken)
    {
        if (before is not { Message: { } id } || state.Times == 0)
        {
            return;
        }

        var channel = new ChannelId(before.Channel);
        await posted.RemoveAsync(before.Subject, cancellationToken);
        await chat.EditAsync(channel, new MessageId(id), IncidentCard.Of(incident, null), cancellationToken);
        _ = await chat.SendAsync(channel, IncidentCard.Over(incident, id), cancellationToken);
    }

    private bool IsLoud(IncidentInfo incident, State state) =>
        (state.Times < 3 && incident.Times >= 3) || (state.Times < 7 && incident.Times >= 7)
        || (incident.Times > 7 && incident.Times > state.Times && time.GetUtcNow() - state.LoudAt >= Weekly);

    private async Task<ulong?> HomeAsync(IncidentInfo incident, CancellationToken cancellationToken)
    {
        if (incident.ServerId is not { } id)
        {
            return settings.Allowed() is [var first, ..] ? first : null;
        }

        return await reads.FindAsync(id.Value, cancellationToken) is ServerFound.One one ? servers.HomeOf(one.Server) : null;
    }

    /// <summary>How often it had been seen when it was last told, and when it last rang.</summary>
    private sealed record State(int Times, DateTimeOffset LoudAt)
    {
        public static State Read(string? text) =>
            text?.Split('|') is [var times, var loud] && int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && long.TryParse(loud, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? new State(count, DateTimeOffset.FromUnixTimeSeconds(seconds))
                : new State(0, DateTimeOffset.UnixEpoch);

        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Times}|{LoudAt.ToUnixTimeSeconds()}");
    }
}
