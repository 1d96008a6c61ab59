using System.Diagnostics;
using Shouldly;

namespace SnapshotBot.Service.Tests;

/// <summary>The real program as its own process, to be killed with SIGKILL.</summary>
internal static class KilledProgram
{
    /// <summary>How many kills a test does; a long run is asked for by <c>SNAPSHOTBOT_TEST_KILLS</c>.</summary>
    public static int Kills(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_KILLS"), out var kills) && kills > 0 ? kills : usual;

    /// <summary>How long a command takes that is left alone.</summary>
    public static async Task<TimeSpan> TimeAsync(ServiceBench bench, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(bench, arguments);
        await process.WaitForExitAsync(ServiceBench.Cancel);
        process.ExitCode.ShouldBe(0, await process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel));
        return watch.Elapsed;
    }

    /// <summary>Runs a command and kills it after so long, unless it has ended by then.</summary>
    public static async Task KillAsync(ServiceBench bench, TimeSpan after, params string[] arguments)
    {
        using var process = Start(bench, arguments);
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

    /// <summary>Runs a command to its end, whatever that is, and does something meanwhile.</summary>
    public static async Task DisturbAsync(ServiceBench bench, TimeSpan after, Func<Task> disturb, params string[] arguments)
    {
        using var process = Start(bench, arguments);
        await Task.WhenAny(process.WaitForExitAsync(ServiceBench.Cancel), Task.Delay(after, ServiceBench.Cancel));
        await disturb();
        await process.WaitForExitAsync(ServiceBench.Cancel);
    }

    private static Process Start(ServiceBench bench, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = bench.Root };
        foreach (var argument in (string[])[Program(), .. arguments, "--data", Path.Combine(bench.Root, "sb-data"), "--progress", "none"])
            start.ArgumentList.Add(argument);
        start.Environment["DOCKER_HOST"] = bench.Engine.Test.Endpoint.Text;
        var process = Process.Start(start)!;

        // Pipes that nobody empties would stop the program.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>The program as it was built beside these tests.</summary>
    private static string Program()
    {
        var folder = AppContext.BaseDirectory.TrimEnd('/');
        var tests = folder[..folder.LastIndexOf("/tests/", StringComparison.Ordinal)];
        var built = folder[(folder.IndexOf("/bin/", StringComparison.Ordinal) + 5)..];
        return Path.Combine(tests, "bot", "Bot", "bin", built, "snapshotbot.dll");
    }
}
