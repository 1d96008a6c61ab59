using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>A bot of a few lines over the REST API: each interaction goes to the test's function, in the order they come.</summary>
internal sealed class ScriptedBot : IAsyncDisposable
{
    private readonly StandIn _discord;
    private readonly HttpClient _http;
    private readonly Func<ScriptedBot, Exchange, Task> _answer;
    private readonly List<Task> _running = [];

    public ScriptedBot(StandIn discord, Func<ScriptedBot, Exchange, Task> answer)
    {
        (_discord, _answer) = (discord, answer);
        _http = new HttpClient { BaseAddress = discord.ApiUrl };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("DiscordBot (https://example.org, 1)");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bot", discord.Token);
        discord.World.LookOn(Look);
    }

    public Task<JsonNode?> CommandsAsync(string json) => SendAsync(HttpMethod.Put, $"applications/{_discord.World.Application.Id}/commands", json);

    public Task<JsonNode?> CallbackAsync(Exchange exchange, string json) => SendAsync(HttpMethod.Post, $"interactions/{exchange.Id}/{exchange.Token}/callback", json);

    public Task<JsonNode?> OriginalAsync(Exchange exchange, string json) =>
        SendAsync(HttpMethod.Patch, $"webhooks/{_discord.World.Application.Id}/{exchange.Token}/messages/@original", json);

    /// <summary>The answer, with files.</summary>
    public async Task<JsonNode?> OriginalAsync(Exchange exchange, string json, params (string Name, string Type, byte[] Content)[] files)
    {
        using var form = new MultipartFormDataContent { { new StringContent(json), "payload_json" } };
        for (var i = 0; i < files.Length; i++)
        {
            var file = new ByteArrayContent(files[i].Content);
            file.Headers.ContentType = new MediaTypeHeaderValue(files[i].Type);
            form.Add(file, $"files[{i}]", files[i].Name);
        }

        using var answer = await _http.PatchAsync(new Uri($"webhooks/{_discord.World.Application.Id}/{exchange.Token}/messages/@original", UriKind.Relative), form);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text) : throw new HttpRequestException($"{(int)answer.StatusCode} {text}");
    }

    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, string? json)
    {
        using var answer = await RawAsync(method, path, json);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? text.Length == 0 ? null : JsonNode.Parse(text) : throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {text}");
    }

    public async Task<HttpResponseMessage> RawAsync(HttpMethod method, string path, string? json)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = JsonContent.Create(JsonNode.Parse(json));
        }

        return await _http.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        _discord.World.LookAway(Look);
        await Task.WhenAll(_running);
        _http.Dispose();
    }

    private void Look(Change change)
    {
        if (change is Change.Pressed(var exchange))
        {
            _running.Add(Task.Run(() => _answer(this, exchange)));
        }
    }
}
