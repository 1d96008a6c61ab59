using System.ComponentModel;
using System.Diagnostics;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>How a program ended.</summary>
public sealed record Ended(int ExitCode, string Output, string Errors)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Errors}";
}

/// <summary>Runs programs. One that hangs is ended with the test.</summary>
public static class Tool
{
    public static Process Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{program} is needed for this test; ./test.sh gets it.", e);
        }
    }

    public static async Task<Ended> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments, environment);
        process.StandardInput.Close();
        return await EndAsync(process, cancellationToken);
    }

    public static async Task<Ended> EndAsync(Process process, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            return new Ended(process.ExitCode, await output, await errors);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }
}
