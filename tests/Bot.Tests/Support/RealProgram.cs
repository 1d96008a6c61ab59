using System.Diagnostics;
using System.Text.Json;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>The program itself, started as a process: what a person at a shell gets.</summary>
internal static class RealProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "snapshotbot");

    public static Task<ProgramRun> RunAsync(IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments) =>
        RunAsync(Path, environment, arguments);

    /// <summary>Runs a shell line in a mount namespace of its own: what it mounts nobody else sees. <c>$0</c> is the program.</summary>
    public static Task<ProgramRun> RunApartAsync(IReadOnlyDictionary<string, string> environment, string line) =>
        RunAsync("unshare", environment, ["--mount", "--propagation", "private", "sh", "-c", line, Path]);

    private static async Task<ProgramRun> RunAsync(string program, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("SNAPSHOTBOT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramRun(process.ExitCode, await output, await errors);
    }
}

internal sealed record ProgramRun(int Exit, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public JsonElement Error => Json.GetProperty("error");

    public string ErrorCode => Error.GetProperty("code").GetString()!;
}
