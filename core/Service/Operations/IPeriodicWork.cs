namespace SnapshotBot.Service.Operations;

/// <summary>
/// Something the serving process does again and again: set alarms, sample players, look after retention. Each has a loop of its own, so that
/// one that hangs or throws delays nobody. Registered as a service; runs only while this process is the runner.
/// </summary>
public interface IPeriodicWork
{
    /// <summary>What it is, as the log and the health check call it.</summary>
    string Name { get; }

    /// <summary>From one end to the next beginning. The first run is at once.</summary>
    TimeSpan Every { get; }

    /// <summary>Does it once. An exception is logged, makes the round a bad one, and it is tried again next time.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
