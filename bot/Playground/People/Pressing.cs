using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.People;

/// <summary>Makes an interaction of what somebody pressed and tells the bot; three seconds later it is over.</summary>
internal sealed class Pressing(World world, StandInOptions options)
{
    // A simulated day must not fill the memory: all beyond these go when their tokens have long been over.
    private const int Kept = 1_000;

    private readonly Queue<Exchange> _order = new();

    public Exchange Press(ExchangeKind kind, Actor actor, JsonObject data, Post? on)
    {
        var guild = actor.Channel.Guild;
        if (!guild.HasBot)
        {
            throw new PeopleException($"The bot is not in {guild.Name}.");
        }

        var exchange = new Exchange(world.NextId(), "aW50ZXJhY3Rpb24" + RandomNumberGenerator.GetHexString(64, lowercase: true), kind, actor.Person, actor.Channel, world.Now) { On = on };
        exchange.Payload = Payload(exchange, guild, data);
        world.Exchanges[exchange.Id] = exchange;
        world.ByToken[exchange.Token] = exchange;
        Forget(exchange);
        exchange.Limit = world.Time.CreateTimer(_ => GiveUp(exchange), null, options.AnswerTime, Timeout.InfiniteTimeSpan);
        world.Tell(new Change.Pressed(exchange));
        return exchange;
    }

    private JsonObject Payload(Exchange exchange, Guild guild, JsonObject data)
    {
        var payload = new JsonObject
        {
            ["id"] = Shapes.Id(exchange.Id),
            ["application_id"] = Shapes.Id(world.Application.Id),
            ["type"] = (int)exchange.Kind,
            ["data"] = data,
            ["guild"] = new JsonObject { ["id"] = Shapes.Id(guild.Id), ["locale"] = guild.Locale, ["features"] = new JsonArray() },
            ["guild_id"] = Shapes.Id(guild.Id),
            ["guild_locale"] = guild.Locale,
            ["channel"] = Channel(exchange),
            ["channel_id"] = Shapes.Id(exchange.Channel.Id),
            ["member"] = Member(exchange, guild),
            ["token"] = exchange.Token,
            ["version"] = 1,
            ["app_permissions"] = Shapes.Bits(exchange.Channel.BotPermissions),
            ["locale"] = exchange.Person.Locale,
            ["entitlements"] = new JsonArray(),
            ["authorizing_integration_owners"] = new JsonObject { ["0"] = Shapes.Id(guild.Id) },
            ["context"] = 0,
            ["attachment_size_limit"] = options.FileLimit,
        };
        if (exchange.On is { } on)
        {
            payload["message"] = on.Body.DeepClone();
        }

        return payload;
    }

    private static JsonObject Channel(Exchange exchange)
    {
        var json = Shapes.Channel(exchange.Channel);
        json["permissions"] = Shapes.Bits(exchange.Channel.Guild.PermissionsOf(exchange.Person));
        return json;
    }

    private JsonObject Member(Exchange exchange, Guild guild)
    {
        var member = guild.MemberList.GetValueOrDefault(exchange.Person.Id) ?? new Member(exchange.Person, world.Now);
        var json = Shapes.Member(guild, member);
        json["permissions"] = Shapes.Bits(guild.PermissionsOf(exchange.Person));
        return json;
    }

    private void Forget(Exchange exchange)
    {
        _order.Enqueue(exchange);
        while (_order.Count > Kept && world.Now - _order.Peek().PressedAt > 2 * options.TokenTime)
        {
            var old = _order.Dequeue();
            world.Exchanges.Remove(old.Id);
            world.ByToken.Remove(old.Token);
        }
    }

    private void GiveUp(Exchange exchange)
    {
        lock (world.Gate)
        {
            exchange.Limit?.Dispose();
            if (exchange.State == ExchangeState.Waiting)
            {
                exchange.State = ExchangeState.NotAnswered;
                world.Tell(new Change.Answered(exchange));
            }
        }
    }
}
