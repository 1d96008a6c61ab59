using SnapshotBot.Engine;

namespace SnapshotBot.Service.Restore;

/// <summary>Removes containers that are not needed any more.</summary>
internal static class Removal
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when it is gone. A removal that a process began before it died may still be under way in the engine: it is waited for.</summary>
    public static async Task RemoveAsync(
        IDockerEngine engine, ContainerId id, AnonymousVolumes volumes, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            try
            {
                await engine.Containers.RemoveAsync(id, volumes, cancellationToken);
                return;
            }
            catch (EngineNotFoundException)
            {
                return;
            }
            catch (EngineConflictException) when (time.GetElapsedTime(since) < Limit)
            {
                await Task.Delay(Pace, time, cancellationToken);
            }
        }
    }
}
