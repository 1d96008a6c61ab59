using System.Text.Json;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Page;

/// <summary>Reads what the page sends.</summary>
internal static class PageValues
{
    public static (string Name, object Value)[] Options(JsonNode? options) =>
        [.. (options as JsonObject ?? []).Where(pair => pair.Value is not null).Select(pair => (pair.Key, (object)pair.Value!.ToString()))];

    public static (string Field, object Value)[] Fields(JsonNode? fields) => [.. (fields as JsonObject ?? []).Select(pair => (pair.Key, Field(pair.Value)))];

    public static Actor Actor(StandIn discord, JsonObject message)
    {
        var channel = discord.World.Guilds.SelectMany(guild => guild.ChannelList).FirstOrDefault(one => Shapes.Id(one.Id) == message["channel"].Text())
            ?? throw new PeopleException("There is no such channel.");
        var member = channel.Guild.MemberList.Values.FirstOrDefault(one => Shapes.Id(one.Person.Id) == message["person"].Text())
            ?? throw new PeopleException("Nobody like that is here.");
        return discord.As(member.Person, channel);
    }

    private static object Field(JsonNode? value) => value switch
    {
        JsonArray list => list.Select(one => one.Text() ?? "").ToArray(),
        _ when value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => value?.ToString() ?? "",
    };
}
