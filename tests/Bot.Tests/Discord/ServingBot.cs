using System.Collections.Concurrent;
using System.Diagnostics;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Testing;

namespace SnapshotBot.Bot.Tests.Discord;

/// <summary>The real program as <c>serve</c>, a process of its own, so that it can be killed.</summary>
internal sealed class ServingBot : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServingBot(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    /// <summary>The one-time code it printed, or null.</summary>
    public string? Code => _output.Select(line => line.Split("claim code:", 2)).FirstOrDefault(parts => parts.Length == 2)?[1].Trim();

    public static async Task<ServingBot> StartAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var bot = new ServingBot(RealProgram.StartLasting(environment, ["serve"]));
        var ended = bot._process.WaitForExitAsync(cancellationToken);
        if (await Task.WhenAny(bot._ready.Task, ended) == ended)
        {
            throw new InvalidOperationException($"It ended at once.\n{bot.Output}\n{bot.Errors}");
        }

        return bot;
    }

    public int Id => _process.Id;

    /// <summary>Ends it without a word, as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended by itself; returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Asks it to end; returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Send(_process.Id, Signals.Terminate);
        }

        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync();
        }

        _process.Dispose();
    }

    private void Take(ConcurrentQueue<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lines.Enqueue(line);
        if (line.StartsWith("Ready", StringComparison.Ordinal))
        {
            _ = _ready.TrySetResult();
        }
    }
}
