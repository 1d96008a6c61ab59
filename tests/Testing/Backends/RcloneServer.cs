using System.Diagnostics;
using System.Text.RegularExpressions;
using SnapshotBot.Storage.Backends;

namespace SnapshotBot.Testing.Backends;

/// <summary>A real server of restic's REST protocol (<c>rclone serve restic</c>) over a folder; gone when disposed.</summary>
public sealed partial class RcloneServer : IAsyncDisposable
{
    public const string Variable = "SNAPSHOTBOT_TEST_RCLONE";

    private readonly Process _process;

    private RcloneServer(Process process, Uri address, RestCredentials? credentials)
    {
        _process = process;
        Location = new RepositoryLocation.Rest(address, credentials);
    }

    public RepositoryLocation.Rest Location { get; }

    public static async Task<RcloneServer> StartAsync(string folder, RestCredentials? credentials, string[] more)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable(Variable) ?? "rclone")
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            ArgumentList = { "serve", "restic", "--addr", "127.0.0.1:0", "--config", "/dev/null", "-v" },
        };
        if (credentials is not null)
        {
            start.ArgumentList.Add("--user");
            start.ArgumentList.Add(credentials.User);
            start.ArgumentList.Add("--pass");
            start.ArgumentList.Add(credentials.Password);
        }

        foreach (var argument in more.Append(folder))
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"rclone is needed for this test (./test.sh installs it, {Variable} names it).", e);
        }

        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (Address().Match(line) is { Success: true } match)
            {
                // Whoever writes into a pipe nobody reads stops one day.
                _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
                return new RcloneServer(process, new Uri(match.Value.TrimEnd('/') + "/"), credentials);
            }
        }

        throw new InvalidOperationException("rclone did not start: " + string.Join('\n', said));
    }

    /// <summary>It answers nobody until <see cref="GoOn"/>: what asks waits.</summary>
    public void StopAnswering() => Signals.Send(_process.Id, Signals.Hold);

    public void GoOn() => Signals.Send(_process.Id, Signals.GoOn);

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();
}
