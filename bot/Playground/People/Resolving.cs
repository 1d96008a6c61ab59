using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.People;

/// <summary>The objects behind ids that somebody chose.</summary>
internal static class Resolving
{
    public static JsonObject? Of(Guild guild, IReadOnlyList<string> ids, int type) => type switch
    {
        ComponentKind.RoleSelect => new JsonObject { ["roles"] = Map(ids, id => Role(guild, id)) },
        ComponentKind.ChannelSelect => new JsonObject { ["channels"] = Map(ids, id => Channel(guild, id)) },
        ComponentKind.UserSelect => new JsonObject { ["users"] = Map(ids, id => User(guild, id)), ["members"] = Map(ids, id => Member(guild, id)) },
        ComponentKind.MentionableSelect => new JsonObject { ["roles"] = Map(ids, id => Role(guild, id)), ["users"] = Map(ids, id => User(guild, id)), ["members"] = Map(ids, id => Member(guild, id)) },
        _ => null,
    };

    /// <summary>Adds what one option of a command names.</summary>
    public static void Add(JsonObject resolved, Guild guild, int optionType, string id)
    {
        var kind = optionType switch { 6 => ComponentKind.UserSelect, 7 => ComponentKind.ChannelSelect, 8 => ComponentKind.RoleSelect, 9 => ComponentKind.MentionableSelect, _ => 0 };
        foreach (var (key, found) in Of(guild, [id], kind) ?? [])
        {
            var all = resolved[key] as JsonObject ?? [];
            resolved[key] = all;
            foreach (var (one, value) in (JsonObject)found!)
            {
                all[one] = value?.DeepClone();
            }
        }
    }

    private static JsonObject Map(IReadOnlyList<string> ids, Func<string, JsonObject?> find)
    {
        var map = new JsonObject();
        foreach (var id in ids)
        {
            if (find(id) is { } found)
            {
                map[id] = found;
            }
        }

        return map;
    }

    private static JsonObject? Role(Guild guild, string id) => guild.RoleList.Find(role => Shapes.Id(role.Id) == id) is { } role ? Shapes.Role(role, guild) : null;

    private static JsonObject? Channel(Guild guild, string id)
    {
        if (guild.ChannelList.Find(channel => Shapes.Id(channel.Id) == id) is not { } channel)
        {
            return null;
        }

        var json = Shapes.Channel(channel);
        json["permissions"] = Shapes.Bits(Permissions.All);
        return json;
    }

    private static JsonObject? User(Guild guild, string id) => Find(guild, id) is { } member ? Shapes.User(member.Person) : null;

    private static JsonObject? Member(Guild guild, string id)
    {
        if (Find(guild, id) is not { } member)
        {
            return null;
        }

        var json = Shapes.Member(guild, member);
        json.Remove("user");
        json["permissions"] = Shapes.Bits(guild.PermissionsOf(member.Person));
        return json;
    }

    private static Member? Find(Guild guild, string id) => guild.MemberList.Values.FirstOrDefault(member => Shapes.Id(member.Person.Id) == id);
}
