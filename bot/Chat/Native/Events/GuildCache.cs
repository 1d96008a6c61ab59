using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using SnapshotBot.Chat.Native.Json;

namespace SnapshotBot.Chat.Native.Events;

/// <summary>The guilds as the connection told of them: name, owner, roles. Nothing else of them is kept.</summary>
internal sealed class GuildCache
{
    private readonly ConcurrentDictionary<GuildId, ChatGuild> _guilds = new();

    public UserId? OwnerOf(GuildId? id) => id is { } guild && _guilds.TryGetValue(guild, out var known) ? known.Owner : null;

    public bool TryGet(GuildId id, [NotNullWhen(true)] out ChatGuild? guild) => _guilds.TryGetValue(id, out guild);

    public void Put(ChatGuild guild) => _guilds[guild.Id] = guild;

    /// <summary>A GUILD_UPDATE brings no less than GUILD_CREATE of what is kept here.</summary>
    public void Remove(GuildId guild) => _guilds.TryRemove(guild, out _);

    /// <summary>A new session tells of all guilds anew; those it doesn't name are left.</summary>
    public void KeepOnly(IReadOnlySet<GuildId> guilds)
    {
        foreach (var id in _guilds.Keys.Where(id => !guilds.Contains(id)))
        {
            _guilds.TryRemove(id, out _);
        }
    }

    public void OnRole(WireRoleEvent change)
    {
        var id = new GuildId(change.GuildId);
        if (!_guilds.TryGetValue(id, out var guild))
        {
            return;
        }

        var role = change.Role is { } wire ? Reading.Role(wire) : null;
        var gone = role?.Id ?? new RoleId(change.RoleId ?? 0);
        var others = guild.Roles.Where(other => other.Id != gone);
        _guilds[id] = guild with { Roles = role is null ? [.. others] : [.. others, role] };
    }
}
