using System.Diagnostics;

namespace SnapshotBot.Thawer;

/// <summary>Thaws containers until all run again, through the engine, or past it when it is dead.</summary>
internal sealed class Thaw(Orders orders)
{
    /// <summary>A pause that was on its way when the program died takes effect after the first look.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan GiveUp = TimeSpan.FromMinutes(2);

    private readonly EngineSocket _engine = new(orders.Socket);

    /// <summary>Returns when every container was seen running for a while, or after two minutes without success.</summary>
    public void Run()
    {
        var since = Stopwatch.GetTimestamp();
        var goodSince = 0L;
        while (Stopwatch.GetElapsedTime(since) < GiveUp)
        {
            var good = true;
            foreach (var container in orders.Containers)
                good &= Release(container);
            if (!good)
                goodSince = 0;
            else if (goodSince == 0)
                goodSince = Stopwatch.GetTimestamp();
            else if (Stopwatch.GetElapsedTime(goodSince) >= Watch)
                return;
            // A pause that is still to come announces itself to nobody: it is looked for until the watch is over.
            Thread.Sleep(Pace);
        }
    }

    /// <summary>Whether the container is not paused now.</summary>
    private bool Release(Frozen container)
    {
        switch (_engine.IsPaused(container.Id))
        {
            case false:
                // Past the engine the kernel may hold it all the same.
                Cgroup.TryThaw(container.Freezer);
                return true;
            case true:
                return Unpause(container) || UnpauseThawed(container);
            default:
                return Cgroup.TryThaw(container.Freezer);
        }
    }

    private bool Unpause(Frozen container) => _engine.Unpause(container.Id) is EngineAnswer.Done or EngineAnswer.Gone;

    /// <summary>
    /// An engine that was stuck in its own pause calls a container paused which was thawed past it, and its runtime then refuses to thaw it
    /// again. Frozen once more for the moment of that call it is what the engine takes it for.
    /// </summary>
    private bool UnpauseThawed(Frozen container)
    {
        if (_engine.IsPaused(container.Id) != true || !Cgroup.TryFreeze(container.Freezer))
            return false;
        if (Unpause(container))
            return true;
        Cgroup.TryThaw(container.Freezer);
        return false;
    }
}
