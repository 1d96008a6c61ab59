using System.Text.Json.Nodes;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Page;

/// <summary>What the page is told. Under the world's gate.</summary>
internal static class PageViews
{
    public static JsonObject Hello(World world) => new()
    {
        ["type"] = "hello",
        ["bot"] = new JsonObject { ["id"] = Shapes.Id(world.Application.Id), ["name"] = world.Application.Name },
        ["guilds"] = Shapes.Array(world.Guilds.Select(guild => new JsonObject
        {
            ["id"] = Shapes.Id(guild.Id),
            ["name"] = guild.Name,
            ["hasBot"] = guild.HasBot,
            ["channels"] = Shapes.Array(guild.ChannelList.Select(channel => new JsonObject { ["id"] = Shapes.Id(channel.Id), ["name"] = channel.Name })),
            ["roles"] = Shapes.Array(guild.RoleList.Select(role => new JsonObject { ["id"] = Shapes.Id(role.Id), ["name"] = role.Name })),
            ["people"] = Shapes.Array(guild.MemberList.Values.Select(member => new JsonObject
            {
                ["id"] = Shapes.Id(member.Person.Id),
                ["name"] = member.Person.Name,
                ["role"] = member.Person == guild.Owner ? "Owner" : member.RoleList.Count > 0 ? member.RoleList[0].Name : "",
            })),
        })),
    };

    public static JsonObject View(World world, Actor actor) => new()
    {
        ["type"] = "view",
        ["person"] = Shapes.Id(actor.Person.Id),
        ["channel"] = Shapes.Id(actor.Channel.Id),
        ["posts"] = Shapes.Array(actor.Channel.SeenBy(actor.Person).Select(Post)),
    };

    public static JsonObject Palette(World world, Actor actor) => new()
    {
        ["type"] = "palette",
        ["commands"] = Shapes.Array(CommandForms.Visible(world, actor.Channel.Guild, actor.Person).Select(command => command.DeepClone())),
    };

    public static JsonObject Post(Post post) => new()
    {
        ["id"] = Shapes.Id(post.Id),
        ["channel"] = Shapes.Id(post.Channel.Id),
        ["ephemeral"] = post.OnlyFor is not null,
        ["used"] = post.Exchange is { Kind: ExchangeKind.Command } exchange
            ? new JsonObject { ["by"] = exchange.Person.Name, ["command"] = Path(exchange.Payload["data"]) }
            : null,
        ["body"] = post.Body.DeepClone(),
    };

    public static JsonObject Answered(Exchange exchange, string request) => new()
    {
        ["type"] = "answered",
        ["request"] = request,
        ["exchange"] = Shapes.Id(exchange.Id),
        ["state"] = exchange.State switch
        {
            ExchangeState.Waiting => "waiting",
            ExchangeState.Deferred => "deferred",
            ExchangeState.NotAnswered => "silent",
            _ => "answered",
        },
        ["inPlace"] = exchange.AnswersInPlace,
        ["modal"] = exchange.Modal?.DeepClone(),
        ["choices"] = Shapes.Array(exchange.Choices.Select(choice => new JsonObject { ["name"] = choice.Name, ["value"] = choice.Value })),
    };

    /// <summary>The words of a command that somebody sent.</summary>
    private static string Path(JsonNode? data)
    {
        var words = new List<string>();
        for (var at = data as JsonObject; at is not null; at = at["options"].Items().OfType<JsonObject>().FirstOrDefault(option => option["type"].Number() <= 2))
        {
            words.Add(at["name"].Text() ?? "");
        }

        return string.Join(' ', words);
    }
}
