using System.Diagnostics;

namespace SnapshotBot.Playground.Tests.Support;

/// <summary>A package from npm, installed once into the cache folder. Without node or npm there is nothing to test with, and the test says so.</summary>
internal static class NodePackage
{
    private static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(4);
    private static readonly SemaphoreSlim OneAtATime = new(1);

    /// <returns>The folder whose node_modules holds it; null where node, npm or the registry is missing.</returns>
    public static async Task<string?> FindAsync(string name, string version)
    {
        if (Which("node") is null || Which("npm") is null)
        {
            return null;
        }

        var cache = Environment.GetEnvironmentVariable("SNAPSHOTBOT_CACHE")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "snapshotbot");
        var folder = Path.Combine(cache, "npm", $"{name}-{version}");
        await OneAtATime.WaitAsync();
        try
        {
            var stamp = Path.Combine(folder, ".installed");
            if (File.Exists(stamp))
            {
                return folder;
            }

            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), "{\"private\":true}");
            var (status, _) = await RunAsync("npm", ["install", $"{name}@{version}", "--no-audit", "--no-fund", "--ignore-scripts"], folder);
            if (status != 0)
            {
                return null;
            }

            await File.WriteAllTextAsync(stamp, version);
            return folder;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    public static string? Which(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static async Task<(int Status, string Output)> RunAsync(string program, string[] arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(InstallTime);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            return (-1, "timed out");
        }

        return (process.ExitCode, await output + await errors);
    }
}
