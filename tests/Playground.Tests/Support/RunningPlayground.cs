using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>The program's <c>playground</c> as a person starts it, on a real engine.</summary>
internal sealed class RunningPlayground : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _temporary;
    private readonly Task<string> _errors;

    private RunningPlayground(Process process, Uri url, string temporary)
    {
        (_process, Url, _temporary) = (process, url, temporary);
        _errors = process.StandardError.ReadToEndAsync();
    }

    public Uri Url { get; }

    /// <summary>Folders that playgrounds keep things in, of this one and of those before it in the same place.</summary>
    public IReadOnlyList<string> Folders => Directory.GetDirectories(_temporary, "snapshotbot-demo-*");

    public static string? Engine { get; } = Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_ENGINE_20") is { Length: > 0 } given ? given : null;

    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <param name="after">One that was killed, whose leavings this one is to find; else it is by itself.</param>
    public static async Task<RunningPlayground> StartAsync(CancellationToken cancellationToken, RunningPlayground? after = null)
    {
        var temporary = after?._temporary ?? Directory.CreateTempSubdirectory("snapshotbot-playground-test-").FullName;
        var start = new ProcessStartInfo(TestTool.Program(Path.Combine(AppContext.BaseDirectory, "snapshotbot")), ["playground", "--port", "0", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["DOCKER_HOST"] = Engine;
        start.Environment["TMPDIR"] = temporary;
        start.Environment["SNAPSHOTBOT_DEMO_SPECIFICATION"] = PublishedSpecification.File;
        start.Environment["SNAPSHOTBOT_DEMO_BUSYBOX"] = Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_BUSYBOX");
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken);
        return line is null
            ? throw new InvalidOperationException("It did not open: " + await process.StandardError.ReadToEndAsync(cancellationToken))
            : new RunningPlayground(process, new Uri(JsonNode.Parse(line)!["playground"]!["url"]!.GetValue<string>()), temporary);
    }

    /// <summary>The bot that it started.</summary>
    public Process Bot()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && TryRead(Path.Combine(folder, "stat")) is { } stat
                && stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == _process.Id.ToString(CultureInfo.InvariantCulture)
                && TryRead(Path.Combine(folder, "cmdline"))?.Contains("\0serve\0", StringComparison.Ordinal) == true)
            {
                return Process.GetProcessById(id);
            }
        }

        throw new InvalidOperationException("It has no bot.");
    }

    /// <summary>Kills it as nobody should.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Ends it as Ctrl-C does: whatever its bot sent until then, Discord would have taken it as it is.</summary>
    /// <returns>Its exit code, and what could not be removed.</returns>
    public async Task<(int Exit, string Last)> EndAsync(CancellationToken cancellationToken)
    {
        Signals.Send(_process.Id, Signals.Terminate);
        var last = await _process.StandardOutput.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        last.ShouldContain("\"refused\":[]");
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
        if (Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }
}
