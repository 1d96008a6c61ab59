using System.Diagnostics;
using System.Text.Json;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>The program itself, started as a process: what a person at a shell gets.</summary>
internal static class RealProgram
{
    public static string Path { get; } = TestTool.Program(System.IO.Path.Combine(AppContext.BaseDirectory, "snapshotbot"));

    public static Task<ProgramRun> RunAsync(IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments) =>
        RunAsync(Path, environment, arguments);

    /// <summary>Runs a shell line in a mount namespace of its own: what it mounts nobody else sees. <c>$0</c> is the program.</summary>
    public static Task<ProgramRun> RunApartAsync(IReadOnlyDictionary<string, string> environment, string line) =>
        RunAsync("unshare", environment, ["--mount", "--propagation", "private", "sh", "-c", line, Path]);

    /// <summary>Runs it as root without some of root's capabilities.</summary>
    public static Task<ProgramRun> RunWithoutAsync(string capabilities, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments)
    {
        var less = string.Join(',', capabilities.Split(',').Select(one => "-" + one));
        return RunAsync("setpriv", environment, ["--bounding-set=" + less, "--inh-caps=" + less, Path, .. arguments]);
    }

    /// <summary>Runs the program until it has written a text, sends it a signal and waits for its end.</summary>
    public static async Task<ProgramRun> InterruptAsync(
        IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments, string text, int signal)
    {
        using var process = Start(Path, environment, arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = "";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            output += line + "\n";
            if (line.Contains(text, StringComparison.Ordinal))
            {
                Signals.Send(process.Id, signal);
            }
        }

        await process.WaitForExitAsync();
        return new ProgramRun(process.ExitCode, output, await errors);
    }

    /// <summary>Starts the program and leaves it running; the caller ends it.</summary>
    public static Process StartLasting(IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments) =>
        Start(Path, environment, arguments);

    /// <summary>Asks a process to end as an init system does, and waits until it has.</summary>
    public static async Task<int> EndAsync(Process process, CancellationToken cancellationToken)
    {
        Signals.Send(process.Id, Signals.Terminate);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Runs another program as the program is run.</summary>
    public static async Task<ProgramRun> RunAsync(string program, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        using var process = Start(program, environment, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    private static Process Start(string program, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
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

        return Process.Start(start)!;
    }
}

internal sealed record ProgramRun(int Exit, string Output, string Errors)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public JsonElement Error => Json.GetProperty("error");

    public string ErrorCode => Error.GetProperty("code").GetString()!;
}
