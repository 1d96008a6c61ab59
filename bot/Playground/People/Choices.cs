using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.People;

/// <summary>What somebody chose, as the values that are sent: labels become values, names of roles and channels ids.</summary>
internal static class Choices
{
    public static IReadOnlyList<string> Of(JsonObject select, IReadOnlyList<string> chosen, Guild guild)
    {
        var type = select["type"].Number() ?? 0;
        var (fewest, most) = (select["min_values"].Number() ?? 1, select["max_values"].Number() ?? 1);
        if (chosen.Count < fewest || chosen.Count > most)
        {
            throw new PeopleException($"{fewest} to {most} can be chosen, not {chosen.Count}.");
        }

        return [.. chosen.Select(one => type switch
        {
            ComponentKind.StringSelect or ComponentKind.RadioGroup or ComponentKind.CheckboxGroup => Value(select, one),
            ComponentKind.RoleSelect => Id(guild.RoleList.Select(role => (role.Name, role.Id)), one),
            ComponentKind.ChannelSelect => Id(guild.ChannelList.Select(channel => (channel.Name, channel.Id)), one),
            ComponentKind.UserSelect => Id(guild.MemberList.Values.Select(member => (member.Person.Name, member.Person.Id)), one),
            _ => one,
        })];
    }

    public static string Id(IEnumerable<(string Name, ulong Id)> all, string wanted)
    {
        foreach (var (name, id) in all)
        {
            if (name == wanted || Shapes.Id(id) == wanted)
            {
                return Shapes.Id(id);
            }
        }

        throw new PeopleException($"There is no '{wanted}' to choose.");
    }

    private static string Value(JsonObject select, string wanted)
    {
        var options = select["options"].Items().OfType<JsonObject>().ToList();
        var found = options.Find(option => option["value"].Text() == wanted) ?? options.Find(option => option["label"].Text() == wanted);
        return found?["value"].Text()
            ?? throw new PeopleException($"There is no '{wanted}' among: {string.Join(", ", options.Select(option => option["label"]))}.");
    }
}
