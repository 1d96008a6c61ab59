using System.Collections.Concurrent;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Listens for containers that are killed. One that the engine starts again at once runs when it is looked at, and nothing of its state says
/// how the run before ended.
/// </summary>
internal sealed class ContainerEnds(EngineConnection connection, TimeProvider time) : IPeriodicWork
{
    /// <summary>How far back the engine is asked at first: somebody may have been killed while nobody listened.</summary>
    private static readonly TimeSpan Back = TimeSpan.FromMinutes(10);

    /// <summary>How long an end is remembered: every minute somebody asks.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<ContainerId, ContainerEnd> _killed = new();
    private DateTimeOffset? _heardUntil;

    public string Name => "ends";

    /// <summary>After the engine went; else it listens until the process ends.</summary>
    public TimeSpan Every => TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var engine = await connection.GetAsync(cancellationToken);
            await foreach (var end in engine.Containers.WatchEndsAsync(_heardUntil ?? time.GetUtcNow() - Back, cancellationToken))
            {
                _heardUntil = end.At;
                if (end.ExitCode != CrashWatch.Killed && !end.WasKilledForMemory)
                    continue;
                foreach (var old in _killed.Values.Where(one => end.At - one.At > Remembered))
                    _killed.TryRemove(old.Id, out _);
                _killed[end.Id] = end;
            }
        }
        catch (EngineException)
        {
            // Without an engine nothing is known of containers; the guard's round says so.
        }
    }

    /// <summary>The last time a container was killed, as far as it was heard, or null.</summary>
    public ContainerEnd? LastKilled(ContainerId container) => _killed.GetValueOrDefault(container);
}
