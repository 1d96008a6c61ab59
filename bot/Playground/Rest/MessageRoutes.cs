using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>The bot's own messages in channels.</summary>
internal sealed class MessageRoutes(World world, Posting posting)
{
    private const int MostPins = 250;

    // "The past few minutes", says Discord of how long it knows a nonce again.
    private static readonly TimeSpan NonceTime = TimeSpan.FromMinutes(5);

    private static readonly RouteLimit Writing = new(5, TimeSpan.FromSeconds(5));

    public IEnumerable<Route> All() =>
    [
        new Route("GET", "/channels/{channel_id}", call => Answer.Ok(Shapes.Channel(Channel(call)))),
        new Route("GET", "/channels/{channel_id}/messages", List),
        new Route("GET", "/channels/{channel_id}/messages/pins", Pins),
        new Route("GET", "/channels/{channel_id}/messages/{message_id}", call => Answer.Ok(Find(call).Body.DeepClone())),
        new Route("POST", "/channels/{channel_id}/messages", Send) { Limit = Writing },
        new Route("PATCH", "/channels/{channel_id}/messages/{message_id}", Edit) { Limit = Writing },
        new Route("DELETE", "/channels/{channel_id}/messages/{message_id}", Delete) { Limit = Writing },
        new Route("PUT", "/channels/{channel_id}/messages/pins/{message_id}", Pin) { Limit = Writing },
        new Route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", Unpin) { Limit = Writing },
        new Route("PUT", "/channels/{channel_id}/pins/{message_id}", Pin) { Limit = Writing },
        new Route("DELETE", "/channels/{channel_id}/pins/{message_id}", Unpin) { Limit = Writing },
        new Route("POST", "/channels/{channel_id}/typing", call =>
        {
            Channel(call, Permissions.SendMessages);
            return Answer.NoContent;
        }),
    ];

    private Answer List(RestCall call)
    {
        var limit = int.TryParse(call.Query.GetValueOrDefault("limit"), out var given) ? Math.Clamp(given, 1, 100) : 50;
        var posts = Channel(call, Permissions.ReadMessageHistory).PostList.Where(post => post.OnlyFor is null);
        posts = Bound(call, "before") is { } before ? posts.Where(post => post.Id < before) : posts;
        posts = Bound(call, "after") is { } after ? posts.Where(post => post.Id > after) : posts;
        return Answer.Ok(Shapes.Array(posts.Reverse().Take(limit).Select(post => post.Body.DeepClone())));
    }

    private Answer Pins(RestCall call) => Answer.Ok(new JsonObject
    {
        ["items"] = Shapes.Array(Channel(call, Permissions.ReadMessageHistory).PostList.Where(post => post.IsPinned)
            .Select(post => new JsonObject { ["pinned_at"] = Shapes.Time(world.Now), ["message"] = post.Body.DeepClone() })),
        ["has_more"] = false,
    });

    private Answer Send(RestCall call)
    {
        var channel = Channel(call, Permissions.SendMessages);
        if (call.Files.Count > 0 && !channel.BotPermissions.HasFlag(Permissions.AttachFiles))
        {
            throw RestError.MissingPermissions();
        }

        var nonce = call.Body["enforce_nonce"].IsTrue() ? call.Body["nonce"].Text() : null;
        if (nonce is not null && channel.PostList.FindLast(post => post.Nonce == nonce) is { } there && world.Now - Snowflakes.TimeOf(there.Id) < NonceTime)
        {
            return Answer.Ok(there.Body.DeepClone());
        }

        var made = posting.Create(channel, call, call.Body, "", null);
        made.Nonce = nonce;
        return Answer.Ok(made.Body.DeepClone());
    }

    private Answer Edit(RestCall call)
    {
        var post = Find(call);
        if (post.Author is not null)
        {
            throw RestError.NotTheAuthor();
        }

        posting.Edit(post, call, call.Body, "");
        return Answer.Ok(post.Body.DeepClone());
    }

    private Answer Delete(RestCall call)
    {
        var post = Find(call);
        if (post.Author is not null && !post.Channel.BotPermissions.HasFlag(Permissions.ManageMessages))
        {
            throw RestError.MissingPermissions();
        }

        world.Delete(post);
        return Answer.NoContent;
    }

    private Answer Pin(RestCall call)
    {
        var channel = Channel(call, Permissions.PinMessages);
        var post = Find(call);
        if (!post.IsPinned && channel.PostList.Count(one => one.IsPinned) >= MostPins)
        {
            throw RestError.TooManyPins();
        }

        SetPinned(post, pinned: true);
        return Answer.NoContent;
    }

    private Answer Unpin(RestCall call)
    {
        Channel(call, Permissions.PinMessages);
        SetPinned(Find(call), pinned: false);
        return Answer.NoContent;
    }

    private void SetPinned(Post post, bool pinned)
    {
        post.IsPinned = pinned;
        post.Body["pinned"] = pinned;
        world.Tell(new Change.PinsChanged(post));
    }

    private Post Find(RestCall call)
    {
        var channel = Channel(call, Permissions.ReadMessageHistory);
        // What only one person sees can't be reached this way.
        return channel.Find(call.Id("message_id")) is { OnlyFor: null } post ? post : throw RestError.UnknownMessage();
    }

    private TextChannel Channel(RestCall call, Permissions needed = Permissions.None)
    {
        var channel = world.FindChannel(call.Id("channel_id")) ?? throw RestError.UnknownChannel();
        return !channel.Guild.HasBot || !channel.BotPermissions.HasFlag(Permissions.ViewChannel) ? throw RestError.MissingAccess()
            : channel.BotPermissions.HasFlag(needed) ? channel
            : throw RestError.MissingPermissions();
    }

    private static ulong? Bound(RestCall call, string name) => ulong.TryParse(call.Query.GetValueOrDefault(name), out var id) ? id : null;
}
