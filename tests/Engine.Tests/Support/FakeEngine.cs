using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace SnapshotBot.Engine.Tests.Support;

/// <summary>Something that listens where an engine should, and answers what the test wants.</summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbfake").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _ending = new();
    private readonly Func<string, string?> _answer;
    private readonly Task _serving;

    /// <param name="answer">Gives for a request line such as <c>GET /_ping</c> the whole answer; null: no answer, the connection stays open.</param>
    public FakeEngine(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string SocketPath => Path.Combine(_folder, "s");

    /// <summary>Method and path of every request, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    public EngineOptions Options => new()
    {
        Endpoint = EngineEndpoint.Parse("unix://" + SocketPath),
        AnswerTimeout = TimeSpan.FromSeconds(2),
        ConnectTimeout = TimeSpan.FromSeconds(2),
    };

    public Task<DockerEngine> ConnectAsync() => DockerEngine.ConnectAsync(Options, NullLogger.Instance, Xunit.TestContext.Current.CancellationToken);

    public static string Answer(int status, string body, string header = "Api-Version: 1.41") => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 {status} X\r\n{header}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        try
        {
            await _serving;
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closing the listener is how it ends.
        }

        _ending.Dispose();
        Directory.Delete(_folder, true);
    }

    private async Task ServeAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(AnswerAsync(await _listener.AcceptAsync(_ending.Token)));
            }
        }
        finally
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var request = new StringBuilder();
            var buffer = new byte[4096];
            while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var count = await stream.ReadAsync(buffer, _ending.Token);
                if (count == 0)
                {
                    return;
                }

                request.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }

            var line = string.Join(' ', request.ToString().Split(' ').Take(2));
            Requests.Enqueue(line);
            if (_answer(line) is not { } answer)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _ending.Token);
                return;
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), _ending.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The test is over, or the client went.
        }
    }
}
