using System.Globalization;
using Microsoft.Extensions.Logging;
using SnapshotBot.Bot.Presentation.Chat;
using SnapshotBot.Chat;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Schedules;

namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// Where something is told and who is called: a schedule's own channel, the guild's alert role. What of them is gone is said once, where the
/// guild wants to hear, and from then on it goes without; a channel by an incident, which ends when the schedule has another.
/// </summary>
internal sealed class Addresses(IChat chat, SettingReads settings, ScheduleReads schedules, ScheduleChanges changes, PostedMessages posted, ILogger log)
{
    /// <summary>The channel an operation is told in; null when the guild has set none and the schedule neither. Asks nobody.</summary>
    public ulong? ChannelOf(OperationInfo info, ulong guild) =>
        info is { Kind: RunSchedule.KindText, Subject: { } subject }
            && schedules.Find(subject) is ScheduleFound.One { Schedule: { Channel: { } own, ChannelGone: false } }
            ? own
            : settings.Of(guild).Channel;

    /// <summary>Where to tell what a channel was for that is found to be gone; null when there is no other. The schedules that had it are marked.</summary>
    public async Task<ulong?> InsteadOfAsync(ulong gone, ulong guild, CancellationToken cancellationToken)
    {
        foreach (var schedule in schedules.List(null).Where(each => each.Channel == gone && !each.ChannelGone))
        {
            _ = await changes.ChannelGoneAsync(schedule.Id, cancellationToken);
        }

        return settings.Of(guild).Channel is { } usual && usual != gone ? usual : null;
    }

    /// <summary>The role an incident may call; null when there is none, or none any more.</summary>
    public async Task<ulong?> RoleOfAsync(ulong guild, CancellationToken cancellationToken)
    {
        // The role everybody has carries the guild's own number: it is never called.
        if (settings.Of(guild) is not { Alerts: { } role } told || role == guild)
        {
            return null;
        }

        var subject = string.Create(CultureInfo.InvariantCulture, $"role-gone:{guild}");
        var said = posted.Find(subject);
        if (await HasRoleAsync(guild, role, cancellationToken))
        {
            if (said is { Message: { } message })
            {
                await posted.RemoveAsync(subject, cancellationToken);
                await TryAsync(
                    said.Channel, () => chat.EditAsync(new ChannelId(said.Channel), new MessageId(message), Notes.Say("✅ There is a role again that is called when something goes wrong.", Colour.Good), cancellationToken));
            }

            return role;
        }

        var text = role.ToString(CultureInfo.InvariantCulture);
        if (said?.State != text && told.Channel is { } channel)
        {
            var note = Notes.Say("📭 The role that is called when something goes wrong is gone: nobody is called now. Another one: `/settings alerts`.", Colour.Look);
            await TryAsync(
                channel,
                async () =>
                {
                    // Said first: killed between the two it may be said again, but it is not lost.
                    var sent = await chat.SendAsync(new ChannelId(channel), note with { OnceAs = string.Create(CultureInfo.InvariantCulture, $"r{role:x16}") }, cancellationToken);
                    await posted.PutAsync(subject, guild, channel, sent.Value, text, cancellationToken);
                });
        }

        return null;
    }

    private async Task<bool> HasRoleAsync(ulong guild, ulong role, CancellationToken cancellationToken)
    {
        try
        {
            return (await chat.GuildAsync(new GuildId(guild), cancellationToken)).Roles.Any(one => one.Id.Value == role);
        }
        catch (ChatRequestException unknown)
        {
            log.CantPost(guild, unknown);
            return true;
        }
    }

    private async Task TryAsync(ulong channel, Func<Task> say)
    {
        try
        {
            await say();
        }
        catch (ChatRequestException refused)
        {
            log.CantPost(channel, refused);
        }
    }
}
