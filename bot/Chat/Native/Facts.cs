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

    /// <summary>In the guild as a whole.</summary>
    public static ChatPermissions Permissions(ChatGuild guild, UserId user, IReadOnlyList<ulong> roles)
    {
        var own = Own(guild, roles);
        var all = guild.Roles.Where(role => own.Contains(role.Id)).Aggregate(ChatPermissions.None, (sum, role) => sum | role.Permissions);
        return guild.Owner == user || all.Has(ChatPermissions.Administrator) ? ChatPermissionsExtensions.Known : all;
    }

    public static ChatPermissions Permissions(
        ChatGuild guild, IReadOnlyList<WireOverwrite> overwrites, UserId user, IReadOnlyList<ulong> roles, bool inThread)
    {
        var all = Permissions(guild, user, roles);
        if (all.Has(ChatPermissions.Administrator))
        {
            return all;
        }

        var everyone = RoleId.Everyone(guild.Id);
        var own = Own(guild, roles);
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

    private static HashSet<RoleId> Own(ChatGuild guild, IReadOnlyList<ulong> roles) =>
        [.. roles.Select(role => new RoleId(role)), RoleId.Everyone(guild.Id)];

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
