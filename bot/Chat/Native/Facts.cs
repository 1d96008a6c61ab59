using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native;

/// <summary>Who may what in a channel, by Discord's own rules: the guild's roles, then the channel's overwrites in their order.</summary>
internal static class Facts
{
    private const int MemberOverwrite = 1;

    public static bool IsThread(WireChannel channel) => channel.Type is 10 or 11 or 12;

    public static ChatChannel Channel(WireChannel wire, ChatPermissions own) => new(
        new ChannelId(wire.Id),
        wire.GuildId is { } guild ? new GuildId(guild) : null,
        wire.Name ?? "",
        own,
        wire.Type is 0 or 5 or 2 or 13 || IsThread(wire));

    public static ChatPermissions Permissions(
        ChatGuild guild, IReadOnlyList<WireOverwrite> overwrites, UserId user, IReadOnlyList<ulong> roles, bool inThread)
    {
        if (guild.Owner == user)
        {
            return ChatPermissionsExtensions.Known;
        }

        var everyone = RoleId.Everyone(guild.Id);
        var own = roles.Select(role => new RoleId(role)).Append(everyone).ToHashSet();
        var all = guild.Roles.Where(role => own.Contains(role.Id)).Aggregate(ChatPermissions.None, (sum, role) => sum | role.Permissions);
        if (all.Has(ChatPermissions.Administrator))
        {
            return ChatPermissionsExtensions.Known;
        }

        all = Apply(all, overwrites.Where(overwrite => overwrite.Id == everyone.Value && overwrite.Type != MemberOverwrite));
        all = Apply(all, overwrites.Where(overwrite =>
            overwrite.Type != MemberOverwrite && overwrite.Id != everyone.Value && own.Contains(new RoleId(overwrite.Id))));
        all = Apply(all, overwrites.Where(overwrite => overwrite.Type == MemberOverwrite && overwrite.Id == user.Value));
        if (inThread)
        {
            all = all.HasFlag(ChatPermissions.SendMessagesInThreads) ? all | ChatPermissions.SendMessages : all & ~ChatPermissions.SendMessages;
        }

        if (!all.HasFlag(ChatPermissions.ViewChannel))
        {
            return ChatPermissions.None;
        }

        // Who can't write can't embed, attach or mention either.
        return all.HasFlag(ChatPermissions.SendMessages)
            ? all
            : all & ~(ChatPermissions.EmbedLinks | ChatPermissions.AttachFiles | ChatPermissions.MentionEveryone);
    }

    // Of all roles together: what one denies another may allow.
    private static ChatPermissions Apply(ChatPermissions all, IEnumerable<WireOverwrite> overwrites)
    {
        var (allow, deny) = (ChatPermissions.None, ChatPermissions.None);
        foreach (var overwrite in overwrites)
        {
            allow |= Reading.Permissions(overwrite.Allow);
            deny |= Reading.Permissions(overwrite.Deny);
        }

        return (all & ~deny) | allow;
    }
}
