using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using SnapshotBot.Playground.People;
using SnapshotBot.Playground.Rules;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Page;

/// <summary>One open page: who is looking, at which channel, and what they press.</summary>
internal sealed class PageSession
{
    private const int LongestFrame = 64 * 1024;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly StandIn _discord;
    private readonly World _world;
    private readonly PageOptions _options;
    private readonly WebSocket _socket;
    private readonly Dictionary<ulong, string> _requests = [];
    private readonly Channel<JsonObject> _out = Channel.CreateBounded<JsonObject>(10_000);
    private readonly SemaphoreSlim _lookNow = new(0);
    private Actor _actor;
    private Task _acts = Task.CompletedTask;

    public PageSession(StandIn discord, PageOptions options, WebSocket socket)
    {
        (_discord, _world, _options, _socket) = (discord, discord.World, options, socket);
        var guild = _world.Guilds[0];
        _actor = discord.As(guild.Owner, guild.Channels[0]);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_world.Gate)
        {
            Send(PageViews.Hello(_world));
            Show();
            _world.LookOn(Look);
        }

        try
        {
            var work = (Task[])[ReadAsync(over.Token), WriteAsync(over.Token), WatchGamesAsync(over.Token)];
            await Task.WhenAny(work);
            await over.CancelAsync();
            await Task.WhenAll([.. work, _acts]);
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The page was closed.
        }
        finally
        {
            _world.LookAway(Look);
            _lookNow.Dispose();
        }
    }

    private void Look(Change change)
    {
        switch (change)
        {
            case Change.PostCreated(var post) when Sees(post):
                Send(new JsonObject { ["type"] = "post", ["post"] = PageViews.Post(post) });
                break;
            case Change.PostEdited(var post) when Sees(post):
                Send(new JsonObject { ["type"] = "edit", ["post"] = PageViews.Post(post) });
                break;
            case Change.PinsChanged(var post) when Sees(post):
                Send(new JsonObject { ["type"] = "edit", ["post"] = PageViews.Post(post) });
                break;
            case Change.PostDeleted(var post) when Sees(post):
                Send(new JsonObject { ["type"] = "gone", ["id"] = Shapes.Id(post.Id) });
                break;
            case Change.PostCreated(var post) when post.OnlyFor is null || post.OnlyFor == _actor.Person:
                Send(new JsonObject { ["type"] = "unread", ["channel"] = Shapes.Id(post.Channel.Id) });
                break;
            case Change.Answered(var exchange) when _requests.TryGetValue(exchange.Id, out var request):
                Send(PageViews.Answered(exchange, request));
                break;
            case Change.CommandsChanged:
                Send(PageViews.Palette(_world, _actor));
                break;
        }
    }

    private bool Sees(Post post) => post.Channel == _actor.Channel && (post.OnlyFor is null || post.OnlyFor == _actor.Person);

    private void Send(JsonObject message)
    {
        // A page that does not read is closed; it comes back by itself.
        if (!_out.Writer.TryWrite(message))
        {
            _out.Writer.TryComplete();
        }
    }

    private void Show()
    {
        Send(PageViews.View(_world, _actor));
        Send(PageViews.Palette(_world, _actor));
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestFrame];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                length += part.Count;
            }
            while (!part.EndOfMessage && length < LongestFrame);

            if (part.MessageType == WebSocketMessageType.Close || !part.EndOfMessage || JsonNode.Parse(buffer.AsSpan(0, length)) is not JsonObject message)
            {
                return;
            }

            try
            {
                await DoAsync(message, cancellationToken);
            }
            catch (PeopleException refused)
            {
                Send(new JsonObject { ["type"] = "refused", ["request"] = message["request"]?.DeepClone(), ["text"] = refused.Message });
            }
        }
    }

    private async Task DoAsync(JsonObject message, CancellationToken cancellationToken)
    {
        var game = _options.Games.FirstOrDefault(one => one.Name == message["game"].Text());
        switch (message["type"].Text())
        {
            case "tile" when game is not null && message["tile"].Text() is [var tile]:
                await game.SetAsync(message["x"].Number() ?? 0, message["y"].Number() ?? 0, tile, cancellationToken);
                _lookNow.Release();
                break;
            case "switch" when game is not null:
                var to = message["on"].IsTrue() ? PlaySwitch.On : PlaySwitch.Off;
                _acts = ActAsync(_acts, () => game.SwitchAsync(to, cancellationToken));
                break;
            case "bot" when _options.Bot is { } bot && Enum.TryParse<PlayBotAct>(message["act"].Text(), ignoreCase: true, out var act):
                _acts = ActAsync(_acts, () => bot.DoAsync(act, cancellationToken));
                break;
            default:
                lock (_world.Gate)
                {
                    Do(message);
                }

                break;
        }
    }

    // One after the other, but beside the channel: a server takes seconds to stop, and people talk on meanwhile.
    private async Task ActAsync(Task before, Func<Task> act)
    {
        // How that one ended is not this one's business.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await act();
        _lookNow.Release();
    }

    private void Do(JsonObject message)
    {
        var exchange = message["type"].Text() switch
        {
            "press" => Press(message),
            "command" => _actor.Command(message["path"].Text() ?? "", PageValues.Options(message["options"])),
            "suggest" => _actor.Type(message["path"].Text() ?? "", message["option"].Text() ?? "", message["text"].Text() ?? "", PageValues.Options(message["options"])),
            "submit" => _actor.Submit(Exchange(message), PageValues.Fields(message["fields"])),
            _ => null,
        };
        if (exchange is not null)
        {
            Remember(exchange, message["request"].Text() ?? "");
            return;
        }

        switch (message["type"].Text())
        {
            case "look":
                _actor = PageValues.Actor(_discord, message);
                Show();
                break;
            case "say" when message["text"].Text() is { Length: > 0 and <= 2000 } text:
                _actor.Say(text);
                break;
            case "dismiss":
                if (Post(message) is { OnlyFor: not null } post)
                {
                    _world.Delete(post);
                }

                break;
        }
    }

    private Exchange Press(JsonObject message)
    {
        var values = message["values"].Items().Select(value => value.Text() ?? "").ToArray();
        var control = message["control"].Text() ?? "";
        return values.Length == 0 && !message["select"].IsTrue() ? _actor.Click(Post(message), control) : _actor.Select(Post(message), control, values);
    }

    private Post Post(JsonObject message) =>
        _actor.Channel.PostList.Find(post => Shapes.Id(post.Id) == message["post"].Text() && Sees(post)) ?? throw new PeopleException("That message is gone.");

    private Exchange Exchange(JsonObject message) =>
        ulong.TryParse(message["exchange"].Text(), out var id) && _world.Exchanges.TryGetValue(id, out var found) ? found : throw new PeopleException("That form is gone.");

    private void Remember(Exchange exchange, string request)
    {
        _requests[exchange.Id] = request;
        // It may have been answered before anybody could look.
        if (exchange.State != ExchangeState.Waiting)
        {
            Send(PageViews.Answered(exchange, request));
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var message in _out.Reader.ReadAllAsync(cancellationToken))
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
    }

    private async Task WatchGamesAsync(CancellationToken cancellationToken)
    {
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var game in _options.Games)
            {
                Show(before, game.Name, PlayGame.Json(game, await game.LookAsync(cancellationToken)));
            }

            if (_options.Bot is { } bot)
            {
                Show(before, "", new JsonObject { ["type"] = "bot", ["state"] = bot.State });
            }

            await _lookNow.WaitAsync(BetweenLooks, cancellationToken);
        }
    }

    private void Show(Dictionary<string, string> before, string what, JsonObject now)
    {
        var text = now.ToJsonString();
        if (before.GetValueOrDefault(what) != text)
        {
            before[what] = text;
            Send(now);
        }
    }
}
