using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>Whom a message mentions: what its text says, as far as <c>allowed_mentions</c> lets it.</summary>
internal static partial class Mentions
{
    public static void Set(JsonObject message, JsonObject? allowed, Guild guild)
    {
        var text = string.Join('\n', PostReading.Components(message).Select(one => one["content"].Text()).Prepend(message["content"].Text()));
        var people = Pattern().Matches(text).Select(match => match.Groups["user"].Value).Distinct(StringComparer.Ordinal)
            .Select(id => guild.MemberList.Values.FirstOrDefault(member => Shapes.Id(member.Person.Id) == id)?.Person)
            .Where(person => person is not null && Allows(allowed, "users", Shapes.Id(person.Id)));
        var roles = Pattern().Matches(text).Select(match => match.Groups["role"].Value).Distinct(StringComparer.Ordinal)
            .Where(id => guild.RoleList.Exists(role => Shapes.Id(role.Id) == id) && Allows(allowed, "roles", id));
        message["mentions"] = Shapes.Array(people.Select(person => Shapes.User(person!)));
        message["mention_roles"] = Shapes.Array(roles.Select(id => (JsonNode)id));
        message["mention_everyone"] = Everyone().IsMatch(text) && Allows(allowed, "everyone", "");
    }

    private static bool Allows(JsonObject? allowed, string kind, string id) =>
        allowed is null
        || allowed["parse"].Items().Any(item => item.Text() == kind)
        || allowed[kind].Items().Any(item => item.Text() == id);

    [GeneratedRegex("<@!?(?<user>[0-9]+)>|<@&(?<role>[0-9]+)>", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();

    [GeneratedRegex("@(everyone|here)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Everyone();
}
