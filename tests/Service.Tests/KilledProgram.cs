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

    /// <summary>Runs a command and kills it at a moment, unless it has ended by then.</summary>
    /// <returns>How long it took when it ended by itself, else null.</returns>
    public static async Task<TimeSpan?> KillAsync(ServiceBench bench, KillMoment moment, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = StartUnheard(bench, arguments);
        if (await EndsBeforeAsync(process, bench, moment))
            return watch.Elapsed;
        process.Kill();
        await process.WaitForExitAsync(ServiceBench.Cancel);
        return null;
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
    /// <returns>How long it took when it was not disturbed, else null.</returns>
    public static async Task<TimeSpan?> DisturbAsync(ServiceBench bench, KillMoment moment, Func<Task> disturb, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = StartUnheard(bench, arguments);
        if (!await EndsBeforeAsync(process, bench, moment))
        {
            await disturb();
            await process.WaitForExitAsync(ServiceBench.Cancel);
            return null;
        }

        return watch.Elapsed;
    }

    private static async Task<bool> EndsBeforeAsync(Process process, ServiceBench bench, KillMoment moment)
    {
        // Another process writes it: that is only seen by looking.
        while (moment.Line > 0 && !process.HasExited && JournalLines(bench) < moment.Line)
            await Task.Delay(1, ServiceBench.Cancel);
        using var limit = new CancellationTokenSource(moment.After);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static int JournalLines(ServiceBench bench)
    {
        try
        {
            return Directory.EnumerateDirectories(Path.Combine(bench.Root, "sb-data", "operations")).Sum(operation =>
            {
                using var journal = new FileStream(Path.Combine(operation, "journal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(journal);
                return reader.ReadToEnd().Count(letter => letter == '\n');
            });
        }
        catch (IOException)
        {
            // It has none yet, or is just ending.
            return 0;
        }
    }

    private static Process StartUnheard(ServiceBench bench, string[] arguments)
    {
        var process = BuiltProgram.Start(bench, arguments);
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
