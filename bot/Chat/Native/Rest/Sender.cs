using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace SnapshotBot.Chat.Native.Rest;

/// <summary>A request: where to, with what.</summary>
/// <param name="Body">JSON; null for none.</param>
/// <param name="Files">Sent beside the JSON.</param>
/// <param name="GiveUpAt">Nobody wants the answer after this moment.</param>
internal sealed record Call(Route Route, byte[]? Body, IReadOnlyList<Messages.OutgoingFile> Files, DateTimeOffset? GiveUpAt = null)
{
    public static Call Of(Route route, byte[]? body = null) => new(route, body, []);
}

/// <summary>
/// Sends requests as Discord wants them sent: in their buckets, at most 50 a second, waiting when told to, repeating what failed in passing, and
/// stopping for good at the first 401.
/// </summary>
internal sealed partial class Sender : IDisposable
{
    private const int Attempts = 6;
    private const int RateAttempts = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan CallbackPatience = TimeSpan.FromMilliseconds(1500);

    private readonly HttpClient _http;
    private readonly NativeChatOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Buckets _buckets;
    private readonly GlobalRate _global;
    private readonly AuthenticationHeaderValue _authorization;
    private long _requests;
    private long _rateLimited;

    public Sender(NativeChatOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _buckets = new Buckets(time);
        _global = new GlobalRate(time, options.RequestsPerSecond);
        Invalid = new InvalidRequests(time);
        _authorization = new AuthenticationHeaderValue("Bot", options.Token.Reveal());

        // Redirects aren't followed: the token goes to one address only.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
            AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        })
        {
            BaseAddress = options.ApiAddress,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", options.UserAgent);
    }

    public InvalidRequests Invalid { get; }
    public long Requests => Interlocked.Read(ref _requests);
    public long RateLimited => Interlocked.Read(ref _rateLimited);
    public int BucketCount => _buckets.Count;

    /// <summary>Why nothing is sent any more; null: it is.</summary>
    public ChatStoppedException? Stopped { get; private set; }

    /// <summary>Called once, at the first 401.</summary>
    public Action<ChatStoppedException>? OnStopped { get; set; }

    /// <returns>The answer's body; empty for none.</returns>
    /// <exception cref="ChatRequestException">Discord refused, or did not answer.</exception>
    public async Task<byte[]> SendAsync(Call call, CancellationToken cancellationToken)
    {
        var failures = 0;
        var held = 0;
        while (true)
        {
            ThrowIfStopped(call.Route);
            var bucket = await EnterAsync(call, cancellationToken);
            var attempt = await TryAsync(call, bucket, failures > 0, cancellationToken);
            switch (attempt)
            {
                case Attempt.Done(var body):
                    return body;
                case Attempt.Refused(var refusal):
                    throw refusal;
                case Attempt.Limited(var wait):
                    if (++held > RateAttempts || TooLate(call, wait))
                    {
                        throw Unavailable(call.Route, 429);
                    }

                    await DelayIfOutsideBucketAsync(call.Route, wait, cancellationToken);
                    break;
                case Attempt.Failed(var status, var mayBeDone, var inner):
                    var pause = Pause(call.Route, failures++);
                    if (failures >= Attempts || TooLate(call, pause) || (mayBeDone && call.Route.Repeat == Repeat.WhenRefused))
                    {
                        throw Unavailable(call.Route, status, inner);
                    }

                    Log.Repeating(_logger, call.Route, status, failures);
                    await Task.Delay(pause, _time, cancellationToken);
                    break;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Bucket?> EnterAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.Route.Kind == RouteKind.Callback)
        {
            return null;
        }

        while (Invalid.Wait() is { } wait)
        {
            Log.TooManyInvalid(_logger, Invalid.Count, wait);
            await Waiting.ForAsync(wait, _time, cancellationToken);
        }

        var bucket = _buckets.Of(call.Route);
        await bucket.EnterAsync(cancellationToken);
        try
        {
            await _global.EnterAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bucket.Forget();
            throw;
        }

        return bucket;
    }

    private async Task<Attempt> TryAsync(Call call, Bucket? bucket, bool again, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(call.Route.Kind == RouteKind.Callback ? CallbackPatience : Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        var learned = false;
        try
        {
            using var request = RequestOf(call);
            Interlocked.Increment(ref _requests);
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var headers = RateHeaders.Of(answer.Headers);
            if (bucket is not null && answer.StatusCode != HttpStatusCode.TooManyRequests && (int)answer.StatusCode < 500)
            {
                _buckets.Learn(call.Route, bucket, headers);
                learned = true;
            }

            var body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests && !ErrorCodes.IsQuota(ErrorOf(body).Code))
            {
                learned = bucket is not null;
                return Limited(call.Route, bucket, headers, body);
            }

            return Judge(call.Route, (int)answer.StatusCode, body, again);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Only when no connection came about is it sure that Discord saw nothing of it.
            var mayBeDone = exception is not HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
            };
            return new Attempt.Failed(0, mayBeDone, exception);
        }
        finally
        {
            if (!learned)
            {
                bucket?.Forget();
            }
        }
    }

    private HttpRequestMessage RequestOf(Call call)
    {
        var request = new HttpRequestMessage(call.Route.Method, call.Route.Path)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (call.Route.Kind == RouteKind.Bot)
        {
            request.Headers.Authorization = _authorization;
        }

        request.Content = Content(call);
        return request;
    }

    private static HttpContent? Content(Call call)
    {
        if (call.Body is null)
        {
            return null;
        }

        var json = new ByteArrayContent(call.Body);
        json.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (call.Files.Count == 0)
        {
            return json;
        }

        var parts = new MultipartFormDataContent { { json, "payload_json" } };
        for (var i = 0; i < call.Files.Count; i++)
        {
            var file = new ReadOnlyMemoryContent(call.Files[i].Content);
            file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            parts.Add(file, $"files[{i}]", call.Files[i].Name);
        }

        return parts;
    }

    private void ThrowIfStopped(Route route)
    {
        if (Stopped is { } stopped)
        {
            throw new ChatRequestException(ChatError.Stopped, 0, stopped.Code, route.Name, stopped);
        }
    }

    private bool TooLate(Call call, TimeSpan pause) => call.GiveUpAt is { } end && _time.GetUtcNow() + pause >= end;

    private static ChatRequestException Unavailable(Route route, int status, Exception? inner = null) =>
        new(ChatError.Unavailable, status, 0, route.Name, inner);

    // Half a second, doubled each time, by chance up to half more; a callback has three seconds in all.
    private static TimeSpan Pause(Route route, int failures)
    {
        var first = route.Kind == RouteKind.Callback ? 60 : 500;
        return TimeSpan.FromMilliseconds(Math.Min(first * Math.Pow(2, failures), 15_000) * (1 + (Jitter.Next() / 2)));
    }

    // A bucket holds its requests itself; a callback has none.
    private Task DelayIfOutsideBucketAsync(Route route, TimeSpan wait, CancellationToken cancellationToken) =>
        route.Kind == RouteKind.Callback ? Task.Delay(wait, _time, cancellationToken) : Task.CompletedTask;
}
