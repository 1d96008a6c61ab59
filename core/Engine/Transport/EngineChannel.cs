using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet;

namespace SnapshotBot.Engine.Transport;

/// <summary>One way to the engine: calls with a deadline, errors typed in one place.</summary>
internal sealed class EngineChannel : IDisposable
{
    private readonly HttpClient _http;
    private readonly EngineOptions _options;
    private readonly string _prefix;

    public EngineChannel(EngineOptions options, Version apiVersion)
    {
        _options = options;
        _prefix = $"/v{apiVersion.Major}.{apiVersion.Minor}";
        Errors = new EngineErrors(options.Endpoint);
        _http = EngineTransport.CreateRawClient(options);
        Client = EngineTransport.CreateClient(options, apiVersion);
    }

    /// <summary>The package's client, for everything whose answer loses nothing.</summary>
    public DockerClient Client { get; }

    public EngineErrors Errors { get; }

    public TimeSpan AnswerTimeout => _options.AnswerTimeout;

    /// <summary>For calls that mount or delete: a large layer, or a share at the other end of a network, takes its time.</summary>
    public TimeSpan LongAnswerTimeout => _options.AnswerTimeout * 10;

    public Task RunAsync(CallSubject subject, Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        RunAsync(subject, AnswerTimeout, call, cancellationToken);

    public Task RunAsync(CallSubject subject, TimeSpan deadline, Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        RunAsync(
            subject,
            deadline,
            async token =>
            {
                await call(token);
                return true;
            },
            cancellationToken);

    public Task<T> RunAsync<T>(CallSubject subject, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(subject, AnswerTimeout, call, cancellationToken);

    /// <summary>Runs one call; whatever goes wrong comes out as an <see cref="EngineException"/> or as the caller's cancellation.</summary>
    public async Task<T> RunAsync<T>(CallSubject subject, TimeSpan deadline, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (deadline != Timeout.InfiniteTimeSpan)
        {
            limited.CancelAfter(deadline);
        }

        try
        {
            return await call(limited.Token);
        }
        catch (DockerApiException error)
        {
            throw Errors.FromClient(error, subject);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Errors.NoAnswer(subject, deadline);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or System.Net.Sockets.SocketException or TimeoutException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Errors.FromTransport(error, subject);
        }
        catch (Exception error) when (error is JsonException or FormatException or NotSupportedException or InvalidOperationException or KeyNotFoundException)
        {
            throw EngineErrors.Unreadable(subject, error);
        }
    }

    /// <summary>The answer's bytes, as the engine wrote them.</summary>
    public Task<byte[]> GetAsync(string path, CallSubject subject, CancellationToken cancellationToken) =>
        RunAsync(subject, token => SendAsync(HttpMethod.Get, path, null, subject, token), cancellationToken);

    /// <summary>Posts a JSON body; the answer's bytes.</summary>
    public Task<byte[]> PostAsync(string path, JsonNode body, CallSubject subject, CancellationToken cancellationToken) =>
        RunAsync(subject, token => SendAsync(HttpMethod.Post, path, body, subject, token), cancellationToken);

    /// <summary>The answer's body as it comes. The caller disposes it.</summary>
    /// <remarks>There is no deadline: older engines write a whole image to disk before the first byte of their answer.</remarks>
    public Task<Stream> OpenAsync(string path, CallSubject subject, CancellationToken cancellationToken) =>
        RunAsync(
            subject,
            Timeout.InfiniteTimeSpan,
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, _prefix + path);
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    using (response)
                    {
                        throw Errors.FromAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(token), subject, null);
                    }
                }

                return await response.Content.ReadAsStreamAsync(token);
            },
            cancellationToken);

    /// <summary>Posts a stream of bytes and reads the whole answer. There is no deadline: loading an image takes what it takes.</summary>
    public Task<byte[]> PostAsync(string path, HttpContent content, CallSubject subject, CancellationToken cancellationToken) =>
        RunAsync(
            subject,
            Timeout.InfiniteTimeSpan,
            async token =>
            {
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
                using var request = new HttpRequestMessage(HttpMethod.Post, _prefix + path) { Content = content };
                return await ReadAsync(request, subject, token);
            },
            cancellationToken);

    /// <summary>Posts without a body and without a deadline; the answer's bytes.</summary>
    public async Task<byte[]> PostLongAsync(string path, CallSubject subject, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _prefix + path);
        return await ReadAsync(request, subject, cancellationToken);
    }

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    private async Task<byte[]> SendAsync(HttpMethod method, string path, JsonNode? body, CallSubject subject, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, _prefix + path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(DefinitionJson.ToBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return await ReadAsync(request, subject, cancellationToken);
    }

    private async Task<byte[]> ReadAsync(HttpRequestMessage request, CallSubject subject, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return response.IsSuccessStatusCode
            ? bytes
            : throw Errors.FromAnswer((int)response.StatusCode, System.Text.Encoding.UTF8.GetString(bytes), subject, null);
    }
}
