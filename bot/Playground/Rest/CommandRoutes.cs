using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>The commands an application registers, for everywhere or for one guild.</summary>
internal sealed class CommandRoutes(World world)
{
    private const int CreatesADay = 200;

    public IEnumerable<Route> All() => ((string[])["/applications/{application_id}/commands", "/applications/{application_id}/guilds/{guild_id}/commands"])
        .SelectMany(path => (IEnumerable<Route>)
        [
            new Route("GET", path, call => Answer.Ok(Shapes.Array(List(call).Select(command => command.DeepClone())))),
            new Route("PUT", path, Replace) { Limit = new RouteLimit(5, TimeSpan.FromSeconds(20)) },
            new Route("POST", path, Create) { Limit = new RouteLimit(5, TimeSpan.FromSeconds(20)) },
            new Route("GET", path + "/{command_id}", call => Answer.Ok(Find(call).DeepClone())),
            new Route("PATCH", path + "/{command_id}", Edit) { Limit = new RouteLimit(5, TimeSpan.FromSeconds(20)) },
            new Route("DELETE", path + "/{command_id}", Delete) { Limit = new RouteLimit(5, TimeSpan.FromSeconds(20)) },
        ]);

    private Answer Replace(RestCall call)
    {
        var wanted = call.Json.Items();
        CommandRules.Check(wanted);
        var list = List(call);
        var made = wanted.OfType<JsonObject>().Select(command => Made(call, command, list.Find(one => Same(one, command)))).ToList();
        CountCreates(made, list);
        list.Clear();
        list.AddRange(made);
        world.Tell(new Change.CommandsChanged());
        return Answer.Ok(Shapes.Array(made.Select(command => command.DeepClone())));
    }

    private Answer Create(RestCall call)
    {
        CommandRules.CheckOne(call.Body);
        var list = List(call);
        var old = list.Find(one => Same(one, call.Body));
        var made = Made(call, call.Body, old);
        CountCreates([made], list);
        list.RemoveAll(one => one == old);
        list.Add(made);
        world.Tell(new Change.CommandsChanged());
        return new Answer(old is null ? 201 : 200, made.DeepClone());
    }

    private Answer Edit(RestCall call)
    {
        var old = Find(call);
        var merged = (JsonObject)old.DeepClone();
        foreach (var (key, value) in call.Body)
        {
            merged[key] = value?.DeepClone();
        }

        CommandRules.CheckOne(merged);
        var list = List(call);
        var made = Made(call, merged, old);
        list[list.IndexOf(old)] = made;
        world.Tell(new Change.CommandsChanged());
        return Answer.Ok(made.DeepClone());
    }

    private Answer Delete(RestCall call)
    {
        List(call).Remove(Find(call));
        world.Tell(new Change.CommandsChanged());
        return Answer.NoContent;
    }

    private void CountCreates(List<JsonObject> made, List<JsonObject> before)
    {
        world.Application.CommandsCreated += made.Count(command => !before.Exists(one => Same(one, command)));
        if (world.Application.CommandsCreated > CreatesADay)
        {
            throw RestError.TooManyCommandsToday();
        }
    }

    private JsonObject Made(RestCall call, JsonObject command, JsonObject? old)
    {
        var made = new JsonObject
        {
            ["id"] = old?["id"]?.DeepClone() ?? Shapes.Id(world.NextId()),
            ["application_id"] = Shapes.Id(world.Application.Id),
            ["version"] = Shapes.Id(world.NextId()),
            ["default_member_permissions"] = null,
            ["type"] = 1,
            ["name_localizations"] = null,
            ["description_localizations"] = null,
            ["description"] = "",
            ["dm_permission"] = true,
            ["contexts"] = null,
            ["integration_types"] = new JsonArray(0),
            ["nsfw"] = false,
        };
        foreach (var (key, value) in command)
        {
            if (key is not ("id" or "version" or "application_id"))
            {
                made[key] = value?.DeepClone();
            }
        }

        made["default_member_permissions"] = CommandRules.Bits(made["default_member_permissions"]);
        if (call.Places.TryGetValue("guild_id", out var guild))
        {
            made["guild_id"] = guild;
        }

        return made;
    }

    private List<JsonObject> List(RestCall call)
    {
        if (call.Id("application_id") != world.Application.Id)
        {
            throw RestError.UnknownApplication();
        }

        if (!call.Places.ContainsKey("guild_id"))
        {
            return world.Application.CommandList;
        }

        var guild = call.Id("guild_id");
        if (world.FindGuild(guild) is not { HasBot: true })
        {
            throw RestError.MissingAccess();
        }

        if (!world.Application.GuildCommands.TryGetValue(guild, out var list))
        {
            world.Application.GuildCommands[guild] = list = [];
        }

        return list;
    }

    private JsonObject Find(RestCall call) => List(call).Find(one => one["id"].Text() == call.Place("command_id")) ?? throw RestError.UnknownCommand();

    private static bool Same(JsonObject one, JsonObject other) =>
        one["name"].Text() == other["name"].Text() && (one["type"].Number() ?? 1) == (other["type"].Number() ?? 1);
}
