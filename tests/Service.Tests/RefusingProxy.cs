using System.Net.Sockets;
using System.Text;

namespace SnapshotBot.Service.Tests;

/// <summary>
/// An engine's socket that passes everything on, but answers requests whose path ends in a word with an error of its own, or not at all
/// and lets them take effect later.
/// </summary>
internal sealed class RefusingProxy : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _real;
    private readonly Func<string, bool> _refuses;
    private readonly TimeSpan? _late;
    private readonly TaskCompletionSource _lateDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _accepting;

    private RefusingProxy(string real, Func<string, bool> refuses, TimeSpan? late)
    {
        _real = real;
        _refuses = refuses;
        _late = late;
        Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"sbp-{Guid.NewGuid():N}.sock");
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public string Path { get; }

    /// <summary>Ends when the engine has done what it was to do later; its answer nobody else gets.</summary>
    public Task LateDone => _lateDone.Task;

    /// <param name="real">The engine's socket.</param>
    /// <param name="refused">The end of the paths that are refused as by a runtime that fails.</param>
    /// <param name="refusals">How many of them; those after are passed on.</param>
    public static RefusingProxy Start(string real, string refused, int refusals = int.MaxValue) =>
        Start(real, path => path.EndsWith(refused, StringComparison.Ordinal) && Interlocked.Decrement(ref refusals) >= 0);

    /// <param name="real">The engine's socket.</param>
    /// <param name="refuses">Whether a request to a path is refused as by a runtime that fails; asked at each.</param>
    public static RefusingProxy Start(string real, Func<string, bool> refuses) => new(real, refuses, null);

    /// <summary>As an engine that is too busy: the answer is lost, and what was asked for happens some time later.</summary>
    public static RefusingProxy StartLate(string real, string late, TimeSpan after) => new(real, path => path.EndsWith(late, StringComparison.Ordinal), after);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
        File.Delete(Path);
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
                serving.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var own = client;
        using var engine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var head = await HeadAsync(client);
            var path = head.Split(' ', 3) is [_, var second, ..] ? second.Split('?')[0] : "";
            var refused = _refuses(path);
            if (_late is { } late && refused)
            {
                var body = await BodyAsync(client, head);
                client.Close();
                await Task.Delay(late, _stop.Token);
                await engine.ConnectAsync(new UnixDomainSocketEndPoint(_real), _stop.Token);
                await engine.SendAsync(Encoding.Latin1.GetBytes(OneRequest(head) + body), _stop.Token);
                var answer = new byte[1024];
                var length = await engine.ReceiveAsync(answer, _stop.Token);

                // Who asks again at once comes twice, and of a container that is paused a pause is a conflict.
                if (Encoding.Latin1.GetString(answer, 0, length).StartsWith("HTTP/1.1 20", StringComparison.Ordinal))
                    _lateDone.TrySetResult();
                return;
            }

            if (refused)
            {
                const string body = """{"message":"cannot do it: the test says so"}""";
                await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}"), _stop.Token);
                return;
            }

            await engine.ConnectAsync(new UnixDomainSocketEndPoint(_real), _stop.Token);

            // One request a connection, so that each is looked at.
            var passed = head.Contains("Upgrade:", StringComparison.OrdinalIgnoreCase) ? head : OneRequest(head);
            await engine.SendAsync(Encoding.Latin1.GetBytes(passed), _stop.Token);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var answers = CopyAsync(engine, client, either.Token);
            var rest = CopyAsync(client, engine, either.Token);
            await answers;
            await either.CancelAsync();
            await rest;
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The connection ends.
        }
    }

    private static string OneRequest(string head)
    {
        var line = head.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        return head[..line] + "Connection: close\r\n" + head[line..];
    }

    /// <summary>What follows the head, as it was sent.</summary>
    private async Task<string> BodyAsync(Socket client, string head)
    {
        const string length = "Content-Length: ";
        var at = head.IndexOf(length, StringComparison.OrdinalIgnoreCase);
        var isChunked = head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
        var wanted = at < 0 ? 0 : int.Parse(head[(at + length.Length)..head.IndexOf('\r', at)], System.Globalization.CultureInfo.InvariantCulture);
        var body = new StringBuilder();
        var buffer = new byte[1];
        while ((isChunked ? !body.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal) : body.Length < wanted) && await client.ReceiveAsync(buffer, _stop.Token) == 1)
            body.Append((char)buffer[0]);
        return body.ToString();
    }

    private async Task<string> HeadAsync(Socket client)
    {
        var head = new StringBuilder();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.ReceiveAsync(buffer, _stop.Token) == 1)
            head.Append((char)buffer[0]);
        return head.ToString();
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        try
        {
            var buffer = new byte[64 * 1024];
            for (int read; (read = await from.ReceiveAsync(buffer, cancellationToken)) > 0;)
                await to.SendAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The connection ends.
        }
    }
}
