using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>Debian's Chromium without a window, spoken to by its own protocol. Keeps what its console says.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonObject>> _waiting = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<string>> _consoles = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly CancellationTokenSource _over = new();
    private Task _reading = Task.CompletedTask;
    private Task _errors = Task.CompletedTask;
    private int _last;

    private Browser(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>The program, from the environment or PATH; null where there is none.</summary>
    public static string? Program { get; } =
        Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_CHROMIUM") is { Length: > 0 } given ? given
        : NodePackage.Which("chromium-headless-shell") ?? NodePackage.Which("chromium");

    public static async Task<Browser> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("snapshotbot-browser-").FullName;
        var start = new ProcessStartInfo(
            Program!,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
                "--force-color-profile=srgb", "--lang=en-GB", "--remote-debugging-port=0", "--user-data-dir=" + profile, "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["TZ"] = "Europe/Berlin";
        start.Environment["LANG"] = "en_GB.UTF-8";
        var browser = new Browser(Process.Start(start)!, profile);
        using var deadline = new CancellationTokenSource(StartTime);
        await browser._socket.ConnectAsync(await browser.AddressAsync(deadline.Token), deadline.Token);
        browser._reading = browser.ReadAsync();
        return browser;
    }

    public async Task<Tab> OpenAsync(Uri url, int width, int height, string scheme, CancellationToken cancellationToken)
    {
        var target = await SendAsync(null, "Target.createTarget", new JsonObject { ["url"] = "about:blank" }, cancellationToken);
        var attached = await SendAsync(null, "Target.attachToTarget", new JsonObject { ["targetId"] = target["targetId"]!.DeepClone(), ["flatten"] = true }, cancellationToken);
        var session = attached["sessionId"]!.GetValue<string>();
        var console = _consoles.GetOrAdd(session, _ => new ConcurrentQueue<string>());
        var tab = new Tab(this, session, console);
        await tab.SendAsync("Runtime.enable", [], cancellationToken);
        await tab.SendAsync("Log.enable", [], cancellationToken);
        await tab.SendAsync("Page.enable", [], cancellationToken);
        await tab.SizeAsync(width, height, cancellationToken);
        await tab.SendAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) },
            cancellationToken);
        await tab.SendAsync("Page.navigate", new JsonObject { ["url"] = url.AbsoluteUri }, cancellationToken);
        return tab;
    }

    public async Task<JsonObject> SendAsync(string? session, string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _last);
        var answer = _waiting[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (session is not null)
        {
            message["sessionId"] = session;
        }

        await _sending.WaitAsync(cancellationToken);
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        await _errors.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _socket.Dispose();
        _process.Dispose();
        _over.Dispose();
        _sending.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task<Uri> AddressAsync(CancellationToken cancellationToken)
    {
        const string Mark = "DevTools listening on ";
        while (await _process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                // Read on, for a full pipe would stop it; and given up with it, for what it leaves behind may hold the pipe open.
                _errors = _process.StandardError.BaseStream.CopyToAsync(Stream.Null, _over.Token);
                return new Uri(line[Mark.Length..]);
            }
        }

        throw new InvalidOperationException("Chromium did not start.");
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), _over.Token);
                message.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    Take((JsonObject)JsonNode.Parse(message.GetBuffer().AsSpan(0, (int)message.Length))!);
                    message.SetLength(0);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or JsonException)
        {
            foreach (var waiting in _waiting.Values)
            {
                waiting.TrySetException(new InvalidOperationException("The browser is gone.", exception));
            }
        }
    }

    private void Take(JsonObject message)
    {
        if (message["id"]?.GetValue<int>() is { } id && _waiting.TryRemove(id, out var waiting))
        {
            if (message["error"] is { } error)
            {
                waiting.SetException(new InvalidOperationException(error.ToJsonString()));
            }
            else
            {
                waiting.SetResult((JsonObject)message["result"]!);
            }

            return;
        }

        var session = message["sessionId"]?.GetValue<string>() ?? "";
        var parameters = message["params"];
        var said = message["method"]?.GetValue<string>() switch
        {
            "Runtime.exceptionThrown" => parameters!["exceptionDetails"]!.ToJsonString(),
            "Runtime.consoleAPICalled" when parameters!["type"]!.GetValue<string>() is "error" or "warning" or "assert" => parameters["args"]!.ToJsonString(),
            "Log.entryAdded" when parameters!["entry"]!["level"]!.GetValue<string>() is "error" or "warning" => parameters["entry"]!.ToJsonString(),
            _ => null,
        };
        if (said is not null)
        {
            _consoles.GetOrAdd(session, _ => new ConcurrentQueue<string>()).Enqueue(said);
        }
    }
}
