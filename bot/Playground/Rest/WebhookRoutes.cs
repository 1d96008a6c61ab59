using System.Globalization;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>What hangs on an interaction's token for fifteen minutes: its answer, and more messages after it.</summary>
internal sealed class WebhookRoutes(World world, StandInOptions options, Posting posting)
{
    private static readonly RouteLimit Limit = new(5, TimeSpan.FromSeconds(2));

    public IEnumerable<Route> All() =>
    [
        new Route("POST", "/webhooks/{webhook_id}/{webhook_token}", FollowUp) { Limit = Limit },
        new Route("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", Get) { Limit = Limit },
        new Route("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", Edit) { Limit = Limit },
        new Route("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", Delete) { Limit = Limit },
    ];

    private Answer FollowUp(RestCall call)
    {
        var exchange = Find(call);
        if (exchange.State is ExchangeState.Waiting)
        {
            throw RestError.UnknownWebhook();
        }

        if (exchange.Answer is { IsLoading: true } loading)
        {
            // The first one takes the place of "thinking ...".
            Finish(exchange, loading, call);
            return Answer.Ok(loading.Body.DeepClone());
        }

        var post = posting.Create(exchange.Channel, call, call.Body, "", exchange);
        exchange.FollowUpList.Add(post);
        return Answer.Ok(post.Body.DeepClone());
    }

    private Answer Get(RestCall call) => Answer.Ok(Message(call, Find(call)).Body.DeepClone());

    private Answer Edit(RestCall call)
    {
        var exchange = Find(call);
        var post = Message(call, exchange);
        Finish(exchange, post, call);
        return Answer.Ok(post.Body.DeepClone());
    }

    private Answer Delete(RestCall call)
    {
        var exchange = Find(call);
        world.Delete(Message(call, exchange));
        return Answer.NoContent;
    }

    private void Finish(Exchange exchange, Post post, RestCall call)
    {
        posting.Edit(post, call, call.Body, "");
        if (exchange.State == ExchangeState.Deferred && post == exchange.Answer)
        {
            exchange.State = ExchangeState.Answered;
            world.Tell(new Change.Answered(exchange));
        }
    }

    private Post Message(RestCall call, Exchange exchange)
    {
        if (call.Place("message_id") == "@original")
        {
            return exchange.State is ExchangeState.Waiting or ExchangeState.NotAnswered ? throw RestError.UnknownWebhook()
                : exchange.Answer is { IsDeleted: false } answer ? answer : throw RestError.UnknownMessage();
        }

        var id = ulong.TryParse(call.Place("message_id"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        return ((Post?[])[exchange.Answer, .. exchange.FollowUpList]).FirstOrDefault(post => post?.Id == id && !post.IsDeleted) ?? throw RestError.UnknownMessage();
    }

    private Exchange Find(RestCall call)
    {
        if (call.Id("webhook_id") != world.Application.Id || !world.ByToken.TryGetValue(call.Place("webhook_token"), out var exchange)
            || exchange.State == ExchangeState.NotAnswered)
        {
            throw RestError.UnknownWebhook();
        }

        return exchange.IsExpired || world.Now - exchange.PressedAt >= options.TokenTime ? throw RestError.ExpiredToken() : exchange;
    }
}
