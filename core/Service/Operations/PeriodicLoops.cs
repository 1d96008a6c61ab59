using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Operations;

/// <summary>A loop for each periodic work, for as long as this process is the runner.</summary>
internal sealed class PeriodicLoops(IEnumerable<IPeriodicWork> works, TimeProvider time, ILogger<PeriodicLoops> log)
{
    private static readonly TimeSpan Recovered = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Failing => [.. _failing.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Runs until cancelled; ends when every work has ended.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(works.Select(work => Task.Run(() => LoopAsync(work, cancellationToken), CancellationToken.None)));

    /// <summary>Work that runs on and on never says that it is well again; having lived for a while says it.</summary>
    private async Task RecoverAsync(IPeriodicWork work, Task run, CancellationToken cancellationToken)
    {
        await run.WaitAsync(Recovered, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!run.IsCompleted)
            _failing.TryRemove(work.Name, out _);
    }

    private async Task LoopAsync(IPeriodicWork work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var run = work.RunAsync(cancellationToken);
                if (_failing.ContainsKey(work.Name))
                    await RecoverAsync(work, run, cancellationToken);
                await run;
                _failing.TryRemove(work.Name, out _);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                log.PeriodicWorkFailed(work.Name, work.Every, error);
                _failing[work.Name] = true;
            }

            await Task.Delay(work.Every, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
