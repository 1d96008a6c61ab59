using System.Diagnostics;
using Shouldly;

namespace SnapshotBot.Service.Tests;

/// <summary>The real restic at work on a bench's repository.</summary>
internal static class PlainRestic
{
    /// <param name="bench">Whose repository.</param>
    /// <param name="restic">Which restic.</param>
    /// <param name="arguments">What it is told, and does.</param>
    public static async Task RunAsync(ServiceBench bench, string restic, params string[] arguments)
    {
        var start = new ProcessStartInfo(restic, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["RESTIC_REPOSITORY"] = Path.Combine(bench.Root, "sb-data", "repository");
        start.Environment["RESTIC_PASSWORD_FILE"] = Path.Combine(bench.Root, "sb-data", "repository-password");
        start.Environment["RESTIC_CACHE_DIR"] = Path.Combine(bench.Root, "restic-cache");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel);
        var errors = process.StandardError.ReadToEndAsync(ServiceBench.Cancel);
        await process.WaitForExitAsync(ServiceBench.Cancel);
        process.ExitCode.ShouldBe(0, await output + await errors);
    }
}
