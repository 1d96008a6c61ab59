using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>Makes and changes posts from what a request says. Under the world's gate.</summary>
internal sealed class Posting(World world, StandInOptions options, Func<Uri> origin)
{
    // Beyond this age Discord counts a message's edits.
    private static readonly TimeSpan OldAge = TimeSpan.FromHours(1);
    private const int LateEdits = 30;

    public Post Create(TextChannel channel, RestCall call, JsonObject body, string path, Exchange? exchange, MessageFlags extra = MessageFlags.None)
    {
        var uploads = new Uploads(world, origin(), channel, call, body);
        MessageRules.Check(body, null, uploads.Names([]), exchange is null ? MessagePlace.Channel : MessagePlace.Interaction, path);
        return Add(channel, body, uploads, exchange, (MessageFlags)(body["flags"].Number() ?? 0) | extra);
    }

    /// <summary>"Thinking ...": a message that has nothing in it yet.</summary>
    public Post CreateLoading(Exchange exchange, MessageFlags flags) =>
        Add(exchange.Channel, [], null, exchange, flags | MessageFlags.Loading);

    public void Edit(Post post, RestCall call, JsonObject body, string path)
    {
        CheckAge(post);
        var uploads = new Uploads(world, origin(), post.Channel, call, body);
        var before = (JsonArray)post.Body["attachments"]!;
        var place = post.Exchange is null ? MessagePlace.Channel : MessagePlace.Interaction;
        MessageRules.Check(body, post, uploads.Names(before), place, path);
        var next = (JsonObject)post.Body.DeepClone();
        var flags = (post.Flags & ~MessageFlags.Loading) | ((MessageFlags)(body["flags"].Number() ?? 0) & (MessageFlags.ComponentsV2 | MessageFlags.SuppressEmbeds));
        foreach (var key in (string[])["content", "embeds", "components"])
        {
            if (body.ContainsKey(key))
            {
                next[key] = body[key]?.DeepClone() ?? (key == "content" ? "" : new JsonArray());
            }
        }

        if ((flags & ~post.Flags).HasFlag(MessageFlags.ComponentsV2))
        {
            // The other age begins: what the first one had is gone.
            next["content"] = "";
            next["embeds"] = new JsonArray();
        }

        next["flags"] = (int)flags;
        next["attachments"] = uploads.Store(before);
        next["edited_timestamp"] = post.IsLoading ? null : Shapes.Time(world.Now);
        Finish(next, body, post.Channel);
        post.Replace(next);
        world.Tell(new Change.PostEdited(post));
    }

    private Post Add(TextChannel channel, JsonObject body, Uploads? uploads, Exchange? exchange, MessageFlags flags)
    {
        var id = world.NextId();
        var json = Shapes.Message(id, channel, Shapes.Bot(world.Application), body, flags);
        if (exchange is not null)
        {
            Attribute(json, exchange);
        }

        json["attachments"] = uploads?.Store([]) ?? new JsonArray();
        Finish(json, body, channel);
        var post = new Post(id, channel, json) { Exchange = exchange, OnlyFor = flags.HasFlag(MessageFlags.Ephemeral) ? exchange?.Person : null };
        channel.PostList.Add(post);
        world.Tell(new Change.PostCreated(post));
        return post;
    }

    private void Attribute(JsonObject json, Exchange exchange)
    {
        json["application_id"] = Shapes.Id(world.Application.Id);
        json["webhook_id"] = Shapes.Id(world.Application.Id);
        if (exchange.Kind == ExchangeKind.Command)
        {
            json["type"] = 20;
        }

        json["interaction_metadata"] = new JsonObject
        {
            ["id"] = Shapes.Id(exchange.Id),
            ["type"] = (int)exchange.Kind,
            ["user"] = Shapes.User(exchange.Person),
            ["authorizing_integration_owners"] = new JsonObject { ["0"] = Shapes.Id(exchange.Channel.Guild.Id) },
        };
    }

    /// <summary>What Discord itself adds: numbers for components, links of uploads, whom it mentions.</summary>
    private static void Finish(JsonObject json, JsonObject body, TextChannel channel)
    {
        var number = 0;
        foreach (var component in PostReading.Components(json))
        {
            number = component["id"].Number() is { } given and not 0 ? given : number + 1;
            component["id"] = number;
            Defaults(component);
            Uploads.Resolve(component, (JsonArray)json["attachments"]!);
        }

        Mentions.Set(json, body["allowed_mentions"] as JsonObject, channel.Guild);
    }

    /// <summary>What a component has without saying so.</summary>
    private static void Defaults(JsonObject component)
    {
        foreach (var (key, value) in component["type"].Number() switch
        {
            ComponentKind.Container => (IEnumerable<(string, JsonNode)>)[("spoiler", false)],
            ComponentKind.Separator => [("divider", true), ("spacing", 1)],
            ComponentKind.StringSelect or ComponentKind.UserSelect or ComponentKind.RoleSelect or ComponentKind.MentionableSelect or ComponentKind.ChannelSelect =>
                [("min_values", 1), ("max_values", 1), ("disabled", false)],
            _ => [],
        })
        {
            component[key] ??= value;
        }
    }

    private void CheckAge(Post post)
    {
        var now = world.Now;
        if (options.RateLimits == RateLimits.Off || now - Snowflakes.TimeOf(post.Id) < OldAge)
        {
            return;
        }

        while (post.LateEdits.TryPeek(out var first) && first < now - OldAge)
        {
            post.LateEdits.Dequeue();
        }

        if (post.LateEdits.Count >= LateEdits)
        {
            throw RestError.TooManyLateEdits();
        }

        post.LateEdits.Enqueue(now);
    }
}
