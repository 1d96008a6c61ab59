using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>The first answer to an interaction.</summary>
internal sealed class InteractionRoutes(World world, StandInOptions options, Posting posting)
{
    private const int Pong = 1;
    private const int Message = 4;
    private const int DeferredMessage = 5;
    private const int DeferredUpdate = 6;
    private const int Update = 7;
    private const int Suggestions = 8;
    private const int Modal = 9;

    public IEnumerable<Route> All() => [new Route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", Callback)];

    private Answer Callback(RestCall call)
    {
        if (!world.Exchanges.TryGetValue(call.Id("interaction_id"), out var exchange) || exchange.Token != call.Place("interaction_token")
            || exchange.State == ExchangeState.NotAnswered || world.Now - exchange.PressedAt >= options.AnswerTime)
        {
            throw RestError.UnknownInteraction();
        }

        if (exchange.State != ExchangeState.Waiting)
        {
            throw RestError.AlreadyAcknowledged(exchange.Id);
        }

        var type = call.Body["type"].Number() ?? 0;
        if (!Allowed(exchange).Contains(type))
        {
            var problems = new Problems();
            problems.Add("type", "INTERACTION_CALLBACK_TYPE_INVALID", "Interaction callback type is invalid for the interaction type");
            problems.ThrowIfAny();
        }

        Answer(call, exchange, type, call.Body["data"] as JsonObject ?? []);
        exchange.AnsweredAt = world.Now;
        exchange.Limit?.Dispose();
        world.Tell(new Change.Answered(exchange));
        return call.Query.GetValueOrDefault("with_response") is "true" or "True" or "1" ? Rest.Answer.Ok(Response(exchange, type)) : Rest.Answer.NoContent;
    }

    private void Answer(RestCall call, Exchange exchange, int type, JsonObject data)
    {
        var flags = (MessageFlags)(data["flags"].Number() ?? 0) & MessageFlags.Ephemeral;
        switch (type)
        {
            case Message:
                exchange.Answer = posting.Create(exchange.Channel, call, data, "data", exchange);
                break;
            case DeferredMessage:
                exchange.Answer = posting.CreateLoading(exchange, flags);
                break;
            case DeferredUpdate:
                (exchange.Answer, exchange.AnswersInPlace) = (exchange.On, true);
                break;
            case Update:
                posting.Edit(exchange.On!, call, data, "data");
                (exchange.Answer, exchange.AnswersInPlace) = (exchange.On, true);
                break;
            case Suggestions:
                InteractionRules.CheckChoices(data["choices"].Items());
                exchange.Choices = [.. data["choices"].Items().Select(one => new Choice(one!["name"]!.ToString(), one["value"]!.ToString()))];
                break;
            case Modal:
                InteractionRules.CheckModal(data);
                exchange.Modal = (JsonObject)data.DeepClone();
                break;
        }

        exchange.State = type == DeferredMessage ? ExchangeState.Deferred : ExchangeState.Answered;
    }

    private static IReadOnlyList<int> Allowed(Exchange exchange) => exchange.Kind switch
    {
        ExchangeKind.Autocomplete => [Suggestions],
        ExchangeKind.Command => [Message, DeferredMessage, Modal],
        ExchangeKind.Component => [Message, DeferredMessage, DeferredUpdate, Update, Modal],
        // A form cannot answer a form; the message behind it can change.
        _ => exchange.On is null ? [Message, DeferredMessage] : [Message, DeferredMessage, DeferredUpdate, Update],
    };

    private static JsonObject Response(Exchange exchange, int type)
    {
        var json = new JsonObject
        {
            ["interaction"] = new JsonObject
            {
                ["id"] = Shapes.Id(exchange.Id),
                ["type"] = (int)exchange.Kind,
                ["response_message_id"] = exchange.Answer is { } answer ? Shapes.Id(answer.Id) : null,
                ["response_message_loading"] = exchange.Answer?.IsLoading ?? false,
                ["response_message_ephemeral"] = exchange.Answer?.OnlyFor is not null,
            },
        };
        if (type is Message or Update)
        {
            json["resource"] = new JsonObject { ["type"] = type, ["message"] = exchange.Answer!.Body.DeepClone() };
        }
        else if (type != Pong)
        {
            json["resource"] = new JsonObject { ["type"] = type };
        }

        return json;
    }
}
