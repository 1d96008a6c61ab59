using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using SnapshotBot.Engine;

namespace SnapshotBot.Testing.Engines;

/// <summary>An engine of one test's own, to be killed under its feet.</summary>
public sealed class ThrowAwayEngine : IAsyncDisposable
{
    /// <summary>The host's user who is root in containers of an engine with user namespaces; see tools/private-engine.sh.</summary>
    public const uint MappedRoot = 231072;

    private readonly string _script;
    private readonly string _kind;
    private readonly (string Name, string Value)? _setting;
    private readonly string _folder;

    private ThrowAwayEngine(string script, string kind, (string Name, string Value)? setting, string folder, EngineEndpoint endpoint)
    {
        _script = script;
        _kind = kind;
        _setting = setting;
        _folder = folder;
        Endpoint = endpoint;
    }

    public EngineEndpoint Endpoint { get; }

    /// <summary>The folder with the engine's data, sockets and logs.</summary>
    public string Folder => _folder;

    /// <param name="name"><see cref="TestEngine.Old"/> or <see cref="TestEngine.New"/>.</param>
    /// <param name="cancellationToken">Ends the wait for its start.</param>
    public static Task<ThrowAwayEngine> StartAsync(string name, CancellationToken cancellationToken) => StartAsync(name, NewFolder(), null, cancellationToken);

    /// <summary>One whose containers' root is <see cref="MappedRoot"/>.</summary>
    public static Task<ThrowAwayEngine> StartRemappedAsync(string name, CancellationToken cancellationToken) => StartAsync(name, NewFolder(), ("PRIVATE_ENGINE_USERNS", "yes"), cancellationToken);

    /// <summary>One that keeps containers by a driver of another kind, which has no layers on the disk.</summary>
    public static Task<ThrowAwayEngine> StartWithDriverAsync(string name, string driver, CancellationToken cancellationToken) =>
        StartAsync(name, NewFolder(), ("PRIVATE_ENGINE_STORAGE", driver), cancellationToken);

    /// <summary>One whose data was moved to another place, with a link where it was.</summary>
    public static async Task<ThrowAwayEngine> StartMovedAsync(string name, CancellationToken cancellationToken)
    {
        var folder = NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "moved"));
        await File.WriteAllTextAsync(Path.Combine(folder, ".private-engine"), "", cancellationToken);
        Directory.CreateSymbolicLink(Path.Combine(folder, "data"), Path.Combine(folder, "moved"));
        return await StartAsync(name, folder, null, cancellationToken);
    }

    private static async Task<ThrowAwayEngine> StartAsync(string name, string folder, (string Name, string Value)? setting, CancellationToken cancellationToken)
    {
        var script = FindScript();
        var kind = name == TestEngine.Old ? "old" : "new";
        try
        {
            var address = await RunAsync(script, ["start", kind, folder], setting, cancellationToken);
            return new ThrowAwayEngine(script, kind, setting, folder, EngineEndpoint.Parse(address.Trim()));
        }
        catch
        {
            await RunAsync(script, ["stop", folder], null, CancellationToken.None);
            throw;
        }
    }

    /// <summary>Ends the engine's daemon without warning; its containers go on. It can be started again.</summary>
    public async Task KillDaemonAsync(CancellationToken cancellationToken)
    {
        var id = int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "docker.pid"), cancellationToken), CultureInfo.InvariantCulture);
        using var daemon = Process.GetProcessById(id);
        daemon.Kill();

        // It is no child of ours, so its end is seen in /proc only.
        while (Directory.Exists($"/proc/{id}") && !await IsZombieAsync(id, cancellationToken))
        {
            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>Starts it again with all it has kept. Containers that were left running are ended first, as a daemon does that finds them.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken) => await RunAsync(_script, ["start", _kind, _folder], _setting, cancellationToken);

    /// <summary>Ends it whole, its containerd and containers too, and starts it again, as <c>systemctl restart containerd docker</c> does.</summary>
    public async Task RestartWholeAsync(CancellationToken cancellationToken)
    {
        await RunAsync(_script, ["halt", _folder], null, cancellationToken);
        await StartAgainAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync() => await RunAsync(_script, ["stop", _folder], null, CancellationToken.None);

    private static async Task<bool> IsZombieAsync(int id, CancellationToken cancellationToken)
    {
        try
        {
            return (await File.ReadAllTextAsync($"/proc/{id}/stat", cancellationToken)).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static string NewFolder() => Path.Combine(
        TestTool.Require("SNAPSHOTBOT_TEST_ENGINES"), "x" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3)));

    private static string FindScript()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var script = Path.Combine(folder.FullName, "tools", "private-engine.sh");
            if (File.Exists(script))
            {
                return script;
            }
        }

        throw new InvalidOperationException("tools/private-engine.sh was not found above the tests.");
    }

    private static async Task<string> RunAsync(string script, string[] arguments, (string Name, string Value)? setting, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash", [script, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (setting is var (name, value))
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{Path.GetFileName(script)} {arguments[0]} failed: {await errors}");
    }
}
