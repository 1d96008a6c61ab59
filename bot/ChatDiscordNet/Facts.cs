using Discord;
using Discord.WebSocket;
using SnapshotBot.Chat;

namespace SnapshotBot.ChatDiscordNet;

/// <summary>Guilds and channels in our words.</summary>
internal static class Facts
{
    public static ChatGuild Guild(IGuild guild) => new(
        new GuildId(guild.Id),
        guild.Name ?? "",
        new UserId(guild.OwnerId),
        guild.PreferredLocale ?? "en-US",
        [.. guild.Roles.Select(role => new ChatRole(new RoleId(role.Id), role.Name, InteractionMap.Permissions(role.Permissions.RawValue)))]);

    public static ChatChannel Channel(IChannel channel, DiscordSocketClient client)
    {
        var guildChannel = channel as IGuildChannel;
        var own = guildChannel is null ? null : client.GetGuild(guildChannel.GuildId)?.CurrentUser;
        var permissions = own is null ? ChatPermissions.None : InteractionMap.Permissions(own.GetPermissions(guildChannel).RawValue);
        if (own?.GuildPermissions.Administrator == true)
        {
            permissions = ChatPermissionsExtensions.Known;
        }
        else if (channel is IThreadChannel)
        {
            permissions = permissions.HasFlag(ChatPermissions.SendMessagesInThreads)
                ? permissions | ChatPermissions.SendMessages
                : permissions & ~ChatPermissions.SendMessages;
        }

        return new ChatChannel(
            new ChannelId(channel.Id),
            guildChannel is null ? null : new GuildId(guildChannel.GuildId),
            channel.Name ?? "",
            permissions,
            channel is IMessageChannel);
    }
}
