using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace SnapshotBot.Service.Operations;

/// <summary>A loop for each periodic work, for as long as this process is the runner.</summary>
internal sealed class PeriodicLoops(IEnumerable<IPeriodicWork> works, TimeProvider time, ILogger<PeriodicLoops> log)
{
    private readonly ConcurrentDictionary<string, bool> _failing = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Failing => [.. _failing.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Runs until cancelled; ends when every work has ended.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(works.Select(work => Task.Run(() => LoopAsync(work, cancellationToken), CancellationToken.None)));

    private async Task LoopAsync(IPeriodicWork work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await work.RunAsync(cancellationToken);
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
