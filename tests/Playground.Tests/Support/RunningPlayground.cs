using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>The program's <c>playground</c> as a person starts it, on a real engine.</summary>
internal sealed class RunningPlayground : IAsyncDisposable
{
    private const int Terminate = 15;

    private readonly Process _process;
    private readonly Task<string> _errors;

    private RunningPlayground(Process process, Uri url)
    {
        (_process, Url) = (process, url);
        _errors = process.StandardError.ReadToEndAsync();
    }

    public Uri Url { get; }

    public static string? Engine { get; } = Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_ENGINE_20") is { Length: > 0 } given ? given : null;

    public static async Task<RunningPlayground> StartAsync(CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "snapshotbot"), ["playground", "--port", "0", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOCKER_HOST"] = Engine;
        start.Environment["SNAPSHOTBOT_DEMO_BUSYBOX"] = Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_BUSYBOX");
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is null
            ? throw new InvalidOperationException("It did not open: " + await process.StandardError.ReadToEndAsync(cancellationToken))
            : new RunningPlayground(process, new Uri(JsonNode.Parse(line)!["playground"]!["url"]!.GetValue<string>()));
    }

    /// <summary>Ends it as Ctrl-C does.</summary>
    /// <returns>Its exit code, and what could not be removed.</returns>
    public async Task<(int Exit, string Last)> EndAsync(CancellationToken cancellationToken)
    {
        _ = Signal(_process.Id, Terminate);
        var last = await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, last + await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
