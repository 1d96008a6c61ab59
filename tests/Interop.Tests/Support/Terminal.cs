using System.Diagnostics;
using System.Reflection;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>The real program, <c>snapshotbot repository ...</c>, at work on one repository.</summary>
public sealed class Terminal(string repository, string passwordFile, string dataFolder)
{
    private static readonly string Program =
        TestTool.Program(typeof(Terminal).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "Program").Value!);

    private readonly Dictionary<string, string> _environment = new()
    {
        ["SNAPSHOTBOT_REPOSITORY"] = repository,
        ["SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE"] = passwordFile,
        ["SNAPSHOTBOT_DATA"] = dataFolder,
    };

    /// <summary>Runs it and expects success.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var ended = await TryRunAsync(arguments);
        Assert.True(ended.ExitCode == 0, $"snapshotbot repository {string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }

    public Task<Ended> TryRunAsync(params string[] arguments) =>
        Tool.RunAsync(Program, Words(arguments), _environment, TestContext.Current.CancellationToken);

    /// <summary>Runs it, expects success, and tells what it asked the kernel for.</summary>
    public async Task<IReadOnlyList<FlushStep>> TraceAsync(string file, params string[] arguments)
    {
        var command = FlushTrace.Command(file);
        var ended = await Tool.RunAsync(command[0], [.. command.Skip(1), Program, .. Words(arguments)], _environment, TestContext.Current.CancellationToken);
        Assert.True(ended.ExitCode == 0, $"snapshotbot repository {string.Join(' ', arguments)}: {ended}");
        return await FlushTrace.ReadAsync(file, TestContext.Current.CancellationToken);
    }

    /// <summary>Runs it as root without some of root's capabilities.</summary>
    public Task<Ended> WithoutCapabilitiesAsync(string capabilities, params string[] arguments)
    {
        var less = string.Join(',', capabilities.Split(',').Select(one => "-" + one));
        return Tool.RunAsync("setpriv", ["--bounding-set=" + less, "--inh-caps=" + less, Program, .. Words(arguments)], _environment, TestContext.Current.CancellationToken);
    }

    public Process Start(params string[] arguments) => Tool.Start(Program, Words(arguments), _environment);

    /// <summary>Another of the program's commands, on the same repository.</summary>
    public Task<Ended> TryRunRootAsync(params string[] arguments) =>
        Tool.RunAsync(Program, [.. arguments, "--json", "--progress", "none"], _environment, TestContext.Current.CancellationToken);

    public Process StartRoot(params string[] arguments) => Tool.Start(Program, [.. arguments, "--json", "--progress", "none"], _environment);

    private static string[] Words(string[] arguments) => ["repository", .. arguments, "--json", "--progress", "none"];
}
