using System.Diagnostics;
using System.Globalization;
using Shouldly;

namespace SnapshotBot.Service.Tests;

/// <summary>The program as it was built beside these tests, run on a bench's data folder, and killed.</summary>
internal static class RealProgram
{
    /// <summary>How often a test kills: few by default, more for the full proof (<c>SNAPSHOTBOT_TEST_KILLS</c>).</summary>
    public static int Kills(int few) =>
        int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) ? kills : few;

    /// <summary>Runs a command that must succeed; how long it took.</summary>
    public static async Task<TimeSpan> TimeAsync(ServiceBench bench, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(bench, arguments);
        var output = process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel);
        await process.WaitForExitAsync(ServiceBench.Cancel);
        process.ExitCode.ShouldBe(0, await output);
        return watch.Elapsed;
    }

    /// <summary>Runs a command and kills it when the time is over, unless it ended before.</summary>
    public static async Task KillAsync(ServiceBench bench, TimeSpan after, params string[] arguments)
    {
        using var process = Start(bench, arguments);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var limit = new CancellationTokenSource(after);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(ServiceBench.Cancel);
        }
    }

    private static Process Start(ServiceBench bench, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = bench.Root };
        foreach (var argument in (string[])[ProgramPath(), .. arguments, "--data", Path.Combine(bench.Root, "sb-data"), "--progress", "none"])
            start.ArgumentList.Add(argument);
        start.Environment["DOCKER_HOST"] = bench.Engine.Test.Endpoint.Text;
        var process = Process.Start(start)!;

        // Pipes that nobody empties would stop the program.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static string ProgramPath()
    {
        var folder = AppContext.BaseDirectory.TrimEnd('/');
        var tests = folder[..folder.LastIndexOf("/tests/", StringComparison.Ordinal)];
        var built = folder[(folder.IndexOf("/bin/", StringComparison.Ordinal) + 5)..];
        return Path.Combine(tests, "bot", "Bot", "bin", built, "snapshotbot.dll");
    }
}
