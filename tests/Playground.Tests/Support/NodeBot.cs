using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>The bot of Clients/discordjs.mjs, as a process: what it says line by line, and a way to tell it something.</summary>
internal sealed class NodeBot : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<JsonObject> _lines = Channel.CreateUnbounded<JsonObject>();
    private readonly List<string> _said = [];
    private readonly Task _reading;
    private readonly Task<string> _errors;

    private NodeBot(Process process)
    {
        _process = process;
        _reading = ReadAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static NodeBot Start(string modules, StandIn standIn, string compress = "", string script = "discordjs.mjs")
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Clients", script);
        var start = new ProcessStartInfo("node", [file, modules, new Uri(standIn.Origin, "/api").ToString(), standIn.Token, compress])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return new NodeBot(Process.Start(start)!);
    }

    /// <summary>The next line about an event; an error it reports ends the test.</summary>
    public async Task<JsonObject> NextAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync(cancellationToken))
            {
                var happened = line["event"]!.GetValue<string>();
                if (happened == name)
                {
                    return line;
                }

                if (happened == "error")
                {
                    throw new InvalidOperationException(line.ToJsonString());
                }
            }
        }
        catch (OperationCanceledException cancelled)
        {
            throw new TimeoutException($"Waited for '{name}'; it said: {string.Join('\n', _said)}", cancelled);
        }

        throw new InvalidOperationException($"It ended before '{name}': {string.Join('\n', _said)}\n{await _errors}");
    }

    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _said.Add(line);
            if (line.StartsWith('{'))
            {
                await _lines.Writer.WriteAsync((JsonObject)JsonNode.Parse(line)!);
            }
        }

        _lines.Writer.Complete();
    }
}
