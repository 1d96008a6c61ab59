using System.Diagnostics;
using System.Globalization;
using Shouldly;

namespace SnapshotBot.Service.Tests;

/// <summary>The real program as its own process, to be killed with SIGKILL.</summary>
internal static class KilledProgram
{
    /// <summary>How many kills a test does; a long run is asked for by <c>SNAPSHOTBOT_TEST_KILLS</c>.</summary>
    public static int Kills(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills) && kills > 0 ? kills : usual;

    /// <summary>How long a command takes that is left alone and must succeed.</summary>
    public static async Task<TimeSpan> TimeAsync(ServiceBench bench, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = BuiltProgram.Start(bench, arguments);
        var output = process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel);
        await process.WaitForExitAsync(ServiceBench.Cancel);
        process.ExitCode.ShouldBe(0, await output);
        return watch.Elapsed;
    }

    /// <summary>Runs a command and kills it after so long, unless it has ended by then.</summary>
    public static async Task KillAsync(ServiceBench bench, TimeSpan after, params string[] arguments)
    {
        using var process = StartUnheard(bench, arguments);
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

    /// <summary>Runs a command and kills it as soon as something is so, which must come about before it ends.</summary>
    public static async Task KillOnceAsync(ServiceBench bench, Func<bool> isSo, params string[] arguments)
    {
        using var process = StartUnheard(bench, arguments);
        while (!isSo())
        {
            process.HasExited.ShouldBeFalse();

            // Another process makes it so: that is only seen by looking.
            await Task.Delay(5, ServiceBench.Cancel);
        }

        process.Kill();
        await process.WaitForExitAsync(ServiceBench.Cancel);
    }

    /// <summary>Runs a command to its end, whatever that is, and does something meanwhile.</summary>
    public static async Task DisturbAsync(ServiceBench bench, TimeSpan after, Func<Task> disturb, params string[] arguments)
    {
        using var process = StartUnheard(bench, arguments);
        await Task.WhenAny(process.WaitForExitAsync(ServiceBench.Cancel), Task.Delay(after, ServiceBench.Cancel));
        await disturb();
        await process.WaitForExitAsync(ServiceBench.Cancel);
    }

    private static Process StartUnheard(ServiceBench bench, string[] arguments)
    {
        var process = BuiltProgram.Start(bench, arguments);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
