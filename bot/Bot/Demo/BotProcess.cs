using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using SnapshotBot.Playground.Page;

namespace SnapshotBot.Bot.Demo;

/// <summary>The bot as a process of its own: <c>serve</c> of this same program. It can be killed in the middle of a restore and started again.</summary>
internal sealed class BotProcess(IReadOnlyDictionary<string, string?> environment, string folder, TimeProvider time) : PlayBot, IAsyncDisposable
{
    private const int Terminate = 15;
    private const int LongestSaying = 200;
    private const string Silence = "it said nothing";
    // What it does for an ending in order; then it is killed.
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _one = new(1);

    // The last line it wrote: why it ended, when it ended by itself.
    private volatile string _said = Silence;
    private Process? _process;

    public override string State => _process is null ? "stopped" : _process.HasExited ? $"ended with {_process.ExitCode}: {_said}" : "running";

    public override async Task DoAsync(PlayBotAct act, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            switch (act)
            {
                case PlayBotAct.Start when _process is null || _process.HasExited:
                    Start();
                    break;
                case PlayBotAct.Stop or PlayBotAct.Kill:
                    await EndAsync(act);
                    break;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Whoever pressed Stop at the page may still wait for its end: one after the other.
        await DoAsync(PlayBotAct.Stop, CancellationToken.None);
        _one.Dispose();
    }

    private void Start()
    {
        _process?.Dispose();
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program)
        {
            // Away from any .env: a token that stands there is not for here.
            WorkingDirectory = folder,
            // It ends when this process does, killed or not.
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add("serve");
        start.ArgumentList.Add("--until-input-ends");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _said = Silence;
#pragma warning disable RS0030 // The bot of the playground has to be a process: to be killed is what it is for.
        process.Start();
#pragma warning restore RS0030
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process = process;
    }

    private async Task EndAsync(PlayBotAct how)
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited && how == PlayBotAct.Stop && Signal(process.Id, Terminate) == 0)
        {
            using var deadline = new CancellationTokenSource(EndTime, time);
            await process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        try
        {
            process.Kill(entireProcessTree: how == PlayBotAct.Stop);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }

        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        _process = null;
    }

    private void Keep(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
        {
            _said = line.Length > LongestSaying ? line[..LongestSaying] + "…" : line;
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
