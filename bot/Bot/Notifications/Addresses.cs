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
/// guild wants to hear, and from then on it goes without.
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

        if (await changes.ChannelGoneAsync(schedule.Id, cancellationToken) && usual is { } channel)
        {
            await SayAsync(
                channel,
                $"📭 The channel of {ChatText.Bold(schedule.Name)} is gone. Its runs go on and are told here. Another one: `/schedule set`.",
                cancellationToken);
        }

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

        if (await HasRoleAsync(guild, role, cancellationToken))
        {
            return role;
        }

        var subject = string.Create(CultureInfo.InvariantCulture, $"role-gone:{guild}");
        var text = role.ToString(CultureInfo.InvariantCulture);
        if (posted.Find(subject)?.State != text && told.Channel is { } channel)
        {
            await posted.PutAsync(subject, guild, channel, null, text, cancellationToken);
            await SayAsync(channel, "📭 The role that is called when something goes wrong is gone: nobody is called now. Another one: `/settings alerts`.", cancellationToken);
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

    private async Task SayAsync(ulong channel, string text, CancellationToken cancellationToken)
    {
        try
        {
            _ = await chat.SendAsync(new ChannelId(channel), Notes.Say(text, Colour.Look), cancellationToken);
        }
        catch (ChatRequestException refused)
        {
            log.CantPost(channel, refused);
        }
    }
}
