using System.Diagnostics;
using System.Text;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>Programs as they were built beside these tests.</summary>
internal static class BuiltProgram
{
    private const string Mark = "SNAPSHOTBOT_TEST_BENCH";

    /// <summary>The folder of the program that counts inside a container.</summary>
    public static string WriterFolder => Folder("tests/Writer");

    public static string Writer => Path.Combine(WriterFolder, "snapshotbot-writer.dll");

    /// <summary>The folder of the runtime these tests run on.</summary>
    public static string DotnetFolder => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../.."));

    /// <summary>A container that has the writer at /writer and what runs it at /dotnet.</summary>
    public static ContainerBlueprint WithWriter(ContainerBlueprint blueprint) => blueprint with
    {
        Environment = ["DOTNET_gcServer=0", "DOTNET_EnableDiagnostics=0"],
        Mounts =
        [
            .. blueprint.Mounts,
            .. new (string Host, string Inside)[] { ("/usr", "/usr"), ("/lib", "/lib"), ("/lib64", "/lib64"), (DotnetFolder, "/dotnet"), (WriterFolder, "/writer") }
                .Where(one => Directory.Exists(one.Host)).Select(one => new BlueprintMount(MountKind.Bind, one.Host, one.Inside, MountAccess.ReadOnly)),
        ],
    };

    /// <summary>Starts the program on a bench's data and engine.</summary>
    public static Process Start(ServiceBench bench, params string[] arguments) => Start(bench, [], arguments);

    /// <summary>
    /// Starts it held, before its first instruction, so that it can be looked at however short it lives; <see cref="LetGo"/> lets it run.
    /// </summary>
    public static async Task<Process> StartHeldAsync(ServiceBench bench, params string[] arguments)
    {
        var process = Start(bench, ["sh", "-c", "kill -STOP $$; exec \"$@\"", "sh"], arguments);

        // Nobody tells of a process that was held. Its state stands behind the name, which is in brackets.
        while (!(await File.ReadAllTextAsync($"/proc/{process.Id}/stat", ServiceBench.Cancel)).Contains(") T ", StringComparison.Ordinal))
            await Task.Delay(TimeSpan.FromMilliseconds(5), ServiceBench.Cancel);
        return process;
    }

    public static void LetGo(Process held) => Signals.Send(held.Id, Signals.GoOn);

    /// <summary>Runs it to its end, which must be a good one, and tells what it asked the kernel for.</summary>
    public static async Task<IReadOnlyList<FlushStep>> TraceAsync(ServiceBench bench, params string[] arguments)
    {
        var trace = Path.Combine(bench.Root, "trace");
        using var process = Start(bench, FlushTrace.Command(trace), arguments);
        var said = await process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel);
        await process.WaitForExitAsync(ServiceBench.Cancel);
        process.ExitCode.ShouldBe(0, said);
        return await FlushTrace.ReadAsync(trace, ServiceBench.Cancel);
    }

    /// <summary>Waits for the end of this process alone: the other way to wait goes on for those that have inherited its pipes.</summary>
    public static async Task EndedAsync(Process process)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ended.TrySetResult();
        if (process.HasExited)
            ended.TrySetResult();
        await ended.Task.WaitAsync(ServiceBench.Cancel);
    }

    /// <summary>What still runs of all that was started on a bench, children and theirs too: each is told by what it inherited.</summary>
    public static IReadOnlyList<string> Running(ServiceBench bench)
    {
        var mark = Encoding.UTF8.GetBytes($"{Mark}={bench.Root}\0");
        return [.. Directory.EnumerateDirectories("/proc").Where(IsMarked).Select(NameOf)];

        bool IsMarked(string process)
        {
            try
            {
                return File.ReadAllBytes(Path.Combine(process, "environ")).AsSpan().IndexOf(mark) >= 0;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // No process, or one that ended meanwhile.
                return false;
            }
        }

        static string NameOf(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                return process;
            }
        }
    }

    /// <summary>Starts it by another program, which is told what to run after its own arguments.</summary>
    public static Process Start(ServiceBench bench, IReadOnlyList<string> before, string[] arguments)
    {
        string[] command =
        [
            .. before, TestTool.Program(Path.Combine(Folder("bot/Bot"), "snapshotbot")), .. arguments,
            "--data", Path.Combine(bench.Root, "sb-data"), "--progress", "none",
        ];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = bench.Root };
        QuickGames.In(Path.Combine(bench.Root, "sb-data"));
        start.Environment["DOCKER_HOST"] = bench.Engine.Test.Endpoint.Text;
        start.Environment[Mark] = bench.Root;
        var process = Process.Start(start)!;

        // Pipes that nobody empties would stop the program.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static string Folder(string project)
    {
        var folder = AppContext.BaseDirectory.TrimEnd('/');
        var root = folder[..folder.LastIndexOf("/tests/", StringComparison.Ordinal)];
        var built = folder[(folder.IndexOf("/bin/", StringComparison.Ordinal) + 5)..];
        return Path.Combine(root, project, "bin", built);
    }
}
