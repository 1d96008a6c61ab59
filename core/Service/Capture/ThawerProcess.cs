using System.Diagnostics;
using System.Globalization;
using SnapshotBot.Engine;

// The one place that starts a process.
#pragma warning disable RS0030

namespace SnapshotBot.Service.Capture;

/// <summary>
/// A small program that thaws containers when this one can't any more: it is told what will be frozen, waits on a pipe, and thaws when the
/// pipe closes without a word or the budget ends, through the engine or past it.
/// </summary>
internal sealed class ThawerProcess : IAsyncDisposable
{
    private const string Name = "snapshotbot-thawer";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private ThawerProcess(Process process)
    {
        _process = process;
    }

    /// <summary>Starts it; when this returns it stands ready.</summary>
    /// <param name="socket">The engine's socket; null for an engine on the network, whose containers are thawed by their group alone.</param>
    /// <param name="budget">After this it thaws whatever happens.</param>
    /// <param name="containers">What will be frozen, each with the kernel's file that thaws it.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <exception cref="ThawerMissingException">It is not beside this program, or did not come up.</exception>
    public static async Task<ThawerProcess> StartAsync(
        string? socket, TimeSpan budget, IEnumerable<(ContainerId Id, string? Freezer)> containers, CancellationToken cancellationToken)
    {
        var thawer = new ThawerProcess(Start());
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(StartTime);
            var input = thawer._process.StandardInput;
            await input.WriteLineAsync("socket " + socket);
            await input.WriteLineAsync("budget " + ((int)budget.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            foreach (var (id, freezer) in containers)
                await input.WriteLineAsync($"container {id.Value} {freezer}");
            await input.WriteLineAsync("armed");
            await input.FlushAsync(limit.Token);
            return await thawer._process.StandardOutput.ReadLineAsync(limit.Token) == "ready"
                ? thawer
                : throw new ThawerMissingException("It ended as soon as it was started.");
        }
        catch (Exception error) when (error is IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            await thawer.DisposeAsync();
            throw new ThawerMissingException(error.Message);
        }
        catch
        {
            await thawer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets it go without acting, once everything is thawed.</summary>
    public async Task DismissAsync()
    {
        try
        {
            await _process.StandardInput.WriteLineAsync("done");
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It has acted and gone.
        }
    }

    /// <summary>Closes the pipe: unless it was dismissed, it thaws now.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above.
        }

        using var limit = new CancellationTokenSource(EndTime);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Still thawing; it ends by itself.
        }

        _process.Dispose();
    }

    private static Process Start()
    {
        var folder = AppContext.BaseDirectory;
        var host = Environment.ProcessPath;

        // Started as we were: by the runtime's own program when that is what we are, else by the executable beside us.
        var start = Path.GetFileName(host) == "dotnet"
            ? new ProcessStartInfo(host!, [Path.Combine(folder, Name + ".dll")])
            : new ProcessStartInfo(Path.Combine(folder, Name));
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        start.WorkingDirectory = "/";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        try
        {
            return Process.Start(start) ?? throw new ThawerMissingException("It did not start.");
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new ThawerMissingException(error.Message);
        }
    }
}

/// <summary>The thawer can't be started: then nothing is frozen, for a kill would leave the server frozen.</summary>
internal sealed class ThawerMissingException(string reason) : Exception($"The thawer can't be started: {reason}");
