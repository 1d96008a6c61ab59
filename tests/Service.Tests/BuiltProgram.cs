using System.Diagnostics;
using SnapshotBot.Engine;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>Programs as they were built beside these tests.</summary>
internal static class BuiltProgram
{
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
    public static Process Start(ServiceBench bench, params string[] arguments)
    {
        var start = new ProcessStartInfo(TestTool.Program(Path.Combine(Folder("bot/Bot"), "snapshotbot"))) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = bench.Root };
        foreach (var argument in (string[])[.. arguments, "--data", Path.Combine(bench.Root, "sb-data"), "--progress", "none"])
            start.ArgumentList.Add(argument);
        QuickGames.In(Path.Combine(bench.Root, "sb-data"));
        start.Environment["DOCKER_HOST"] = bench.Engine.Test.Endpoint.Text;
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
