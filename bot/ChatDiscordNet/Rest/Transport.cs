using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Discord.Net.Rest;
using SnapshotBot.Chat.Native.Rest;

namespace SnapshotBot.ChatDiscordNet.Rest;

/// <summary>
/// Discord.Net writes the requests, our client's sender sends them. By itself Discord.Net gives a request up at the first 500, takes a used-up quota for
/// a rate limit, sends no nonce, and goes on asking after the token was refused.
/// </summary>
/// <remarks>
/// Failures pass through Discord.Net as <see cref="Chat.ChatRequestException"/>. It learns of no rate limits, so its own buckets stay open: ours hold.
/// </remarks>
internal sealed class Transport(Sender sender) : IRestClient
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    private readonly AsyncLocal<Outgoing?> _outgoing = new();

    /// <summary>Carries what Discord.Net can't to the requests made inside.</summary>
    public async Task<T> WithAsync<T>(Outgoing outgoing, Func<Task<T>> request)
    {
        _outgoing.Value = outgoing;
        return await request();
    }

    // The token and the agent are the sender's own affair.
    public void SetHeader(string key, string value)
    {
    }

    public void SetCancelToken(CancellationToken cancelToken)
    {
    }

    public Task<RestResponse> SendAsync(
        string method,
        string endpoint,
        CancellationToken cancelToken,
        bool headerOnly = false,
        string? reason = null,
        IEnumerable<KeyValuePair<string, IEnumerable<string>>>? requestHeaders = null) => SendAsync(method, endpoint, json: null, withFiles: false, cancelToken);

    public Task<RestResponse> SendAsync(
        string method,
        string endpoint,
        string? json,
        CancellationToken cancelToken,
        bool headerOnly = false,
        string? reason = null,
        IEnumerable<KeyValuePair<string, IEnumerable<string>>>? requestHeaders = null) => SendAsync(method, endpoint, json, withFiles: false, cancelToken);

    // What a file is made of Discord.Net keeps to itself; the files come with the request's outgoing.
    public Task<RestResponse> SendAsync(
        string method,
        string endpoint,
        IReadOnlyDictionary<string, object> multipartParams,
        CancellationToken cancelToken,
        bool headerOnly = false,
        string? reason = null,
        IEnumerable<KeyValuePair<string, IEnumerable<string>>>? requestHeaders = null) =>
        SendAsync(method, endpoint, (string)multipartParams["payload_json"], withFiles: true, cancelToken);

    // The sender belongs to the client; Discord.Net throws its transport away whenever it is given another address.
    public void Dispose()
    {
    }

    private async Task<RestResponse> SendAsync(string method, string endpoint, string? json, bool withFiles, CancellationToken cancellationToken)
    {
        var outgoing = _outgoing.Value ?? Outgoing.Plain;
        var route = Addresses.Of(method, endpoint);
        var body = json is null ? null : Encoding.UTF8.GetBytes(outgoing.Nonce is { } nonce && Addresses.IsNewMessage(route) ? Once(json, nonce) : json);
        var answer = await sender.SendAsync(new Call(route, body, withFiles ? outgoing.Files : []), cancellationToken);
        return new RestResponse(HttpStatusCode.OK, NoHeaders, new MemoryStream(answer));
    }

    private static string Once(string json, string nonce)
    {
        var message = JsonNode.Parse(json)!.AsObject();
        message["nonce"] = nonce;
        message["enforce_nonce"] = true;
        return message.ToJsonString();
    }
}
