using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SnapshotBot.Chat.Tests.Fake;

/// <summary>A request as it came, with its JSON part taken out of a multipart body.</summary>
internal sealed record Seen(string Method, string Path, string Body, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> Files, DateTimeOffset At);

/// <summary>What a test wants answered.</summary>
internal sealed record Reply(int Status, string Json = "", params (string Name, string Value)[] Headers);

/// <summary>
/// A small Discord in this process, on loopback: the gateway's conversation, and an API that takes everything unless a test says otherwise. Every
/// body is held against the published specification and the rules it leaves out.
/// </summary>
internal sealed class FakeDiscord : IAsyncDisposable
{
    public const string Token = "MTIzNDU2.fake-token_for.tests";
    public const ulong ApplicationId = 111111111111111111;
    public const ulong BotId = 222222222222222222;

    /// <summary>How long a test waits for what must come: generous, since machines are busy. SNAPSHOTBOT_TEST_PATIENCE is in seconds.</summary>
    public static readonly TimeSpan Patience =
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PATIENCE"), out var seconds) ? seconds : 60);

    private readonly WebApplication _web;
    private readonly ConcurrentQueue<Seen> _seen = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly List<(Func<Seen, bool> When, Func<Seen, Task<Reply?>> Then)> _rules = [];
    private long _ids = 900000000000000000;

    private FakeDiscord(WebApplication web) => _web = web;

    public FakeGateway Gateway { get; private set; } = null!;
    public Uri ApiAddress => new(_web.Urls.First().TrimEnd('/') + "/api/v10/");
    public IReadOnlyList<Seen> Requests => [.. _seen];

    /// <summary>Bodies that Discord would refuse.</summary>
    public IReadOnlyList<string> Faults => [.. _faults];

    public static async Task<FakeDiscord> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.UseWebSockets();
        var discord = new FakeDiscord(web);
        web.Map("/gateway/{path?}", context => discord.Gateway.ServeAsync(context));
        web.Map("/api/v10/{**path}", discord.ServeAsync);
        await web.StartAsync();
        discord.Gateway = new FakeGateway(new Uri(web.Urls.First().Replace("http:", "ws:", StringComparison.Ordinal) + "/gateway"));
        return discord;
    }

    /// <summary>Rules are asked in order; the first that gives a reply counts.</summary>
    public void When(Func<Seen, bool> when, Func<Seen, Reply?> then) => When(when, seen => Task.FromResult(then(seen)));

    public void When(Func<Seen, bool> when, Func<Seen, Task<Reply?>> then)
    {
        lock (_rules)
        {
            _rules.Add((when, then));
        }
    }

    public IReadOnlyList<Seen> Of(string method, string part) =>
        [.. Requests.Where(seen => seen.Method == method && seen.Path.Contains(part, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        Gateway.Dispose();
        await _web.StopAsync(new CancellationToken(canceled: true));
        await _web.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var (body, files) = await BodyAsync(context.Request);
        var seen = new Seen(
            context.Request.Method,
            context.Request.Path.Value!["/api/v10/".Length..],
            body,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            files,
            DateTimeOffset.UtcNow);
        _seen.Enqueue(seen);
        foreach (var fault in Specification.FaultsOf(seen))
        {
            _faults.Enqueue($"{seen.Method} {seen.Path}: {fault}");
        }

        var reply = await RuledAsync(seen) ?? Default(seen);
        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Json.Length > 0)
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(reply.Json);
        }
    }

    private async Task<Reply?> RuledAsync(Seen seen)
    {
        List<(Func<Seen, bool> When, Func<Seen, Task<Reply?>> Then)> rules;
        lock (_rules)
        {
            rules = [.. _rules];
        }

        foreach (var rule in rules.Where(rule => rule.When(seen)))
        {
            if (await rule.Then(seen) is { } reply)
            {
                return reply;
            }
        }

        return null;
    }

    private Reply Default(Seen seen) => (seen.Method, seen.Path.Split('/')) switch
    {
        ("GET", ["gateway", "bot"]) => new Reply(200, JsonSerializer.Serialize(new
        {
            url = Gateway.Address,
            shards = 1,
            session_start_limit = new { total = 1000, remaining = 900, reset_after = 1000, max_concurrency = 1 },
        })),
        ("GET", ["applications", "@me"] or ["oauth2", "applications", "@me"]) => new Reply(200, $$"""{"id":"{{ApplicationId}}","name":"bot","description":"","flags":0,"bot_public":true,"bot_require_code_grant":false,"verify_key":""}"""),
        ("POST", ["interactions", ..]) or ("DELETE", _) or ("PUT", ["channels", ..]) => new Reply(204),
        ("GET", ["gateway"]) => new Reply(200, $$"""{"url":"{{Gateway.Address}}"}"""),
        ("GET", ["users", "@me"]) => new Reply(200, $$"""{"id":"{{BotId}}","username":"snapshots","discriminator":"0001","avatar":null,"bot":true}"""),
        ("PUT", ["applications", _, "commands"]) => new Reply(200, WithIds(seen.Body)),
        ("GET", ["channels", var channel, "messages", var id]) => new Reply(200, Message(ulong.Parse(id), channel)),
        ("GET", ["channels", var id]) => new Reply(200, Guilds.Channel(id)),
        ("GET", ["guilds", var id]) => new Reply(200, Guilds.Guild(id)),
        ("GET", ["guilds", _, "members", "404"]) => new Reply(404, """{"code":10007,"message":"Unknown Member"}"""),
        ("GET", ["guilds", _, "members", var user]) => new Reply(200, Guilds.Member(user)),
        ("PATCH", ["channels", var channel, "messages", var id]) => new Reply(200, Message(ulong.Parse(id), channel)),
        ("POST" or "PATCH", ["channels", var channel, ..]) => new Reply(200, Message((ulong)Interlocked.Increment(ref _ids), channel)),
        ("POST" or "PATCH", _) => new Reply(200, Message((ulong)Interlocked.Increment(ref _ids), "20")),
        _ => new Reply(404, """{"code":0,"message":"404: Not Found"}"""),
    };

    private static string Message(ulong id, string channel) =>
        $$$"""
        {"id":"{{{id}}}","channel_id":"{{{channel}}}","type":0,"content":"","timestamp":"2026-01-01T00:00:00+00:00","edited_timestamp":null,"tts":false,
        "mention_everyone":false,"mentions":[],"mention_roles":[],"attachments":[],"embeds":[],"components":[],"pinned":false,"flags":0,
        "author":{"id":"{{{BotId}}}","username":"snapshots","discriminator":"0001","avatar":null,"bot":true}}
        """;

    private static string WithIds(string commands)
    {
        var list = JsonNode.Parse(commands)!.AsArray();
        foreach (var command in list)
        {
            (command!["id"], command["application_id"], command["version"]) = ("1", $"{ApplicationId}", "1");
        }

        return list.ToJsonString();
    }

    private static async Task<(string Body, IReadOnlyList<string> Files)> BodyAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
        {
            using var reader = new StreamReader(request.Body);
            return (await reader.ReadToEndAsync(), []);
        }

        var form = await request.ReadFormAsync();
        return (form["payload_json"].ToString(), [.. form.Files.Select(file => $"{file.Name}={file.FileName}:{file.Length}")]);
    }
}
