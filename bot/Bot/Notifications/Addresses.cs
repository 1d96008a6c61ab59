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
    /// <summary>The channel an operation is told in; null when the guild has set none and the schedule neither.</summary>
    public async Task<ulong?> ChannelOfAsync(OperationInfo info, ulong guild, CancellationToken cancellationToken)
    {
        var usual = settings.Of(guild).Channel;
        if (info is not { Kind: RunSchedule.KindText, Subject: { } subject } || schedules.Find(subject) is not ScheduleFound.One { Schedule: { Channel: { } own } schedule })
        {
            return usual;
        }

        if (schedule.ChannelGone)
        {
            return usual;
        }

        if (await IsThereAsync(own, cancellationToken))
        {
            return own;
        }

        _ = await changes.ChannelGoneAsync(schedule.Id, cancellationToken);
        return usual;
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

    private async Task<bool> IsThereAsync(ulong channel, CancellationToken cancellationToken)
    {
        try
        {
            return (await chat.ChannelAsync(new ChannelId(channel), cancellationToken)).IsText;
        }
        catch (ChatRequestException gone) when (gone.Error == ChatError.ChannelGone)
        {
            return false;
        }
        catch (ChatRequestException unknown)
        {
            // Discord did not say; the message itself will find out.
            log.CantPost(channel, unknown);
            return true;
        }
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
