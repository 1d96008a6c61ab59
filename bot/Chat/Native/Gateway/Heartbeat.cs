namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>Beats at the gateway's rhythm: the first after a random part of the interval, so that not all clients beat at one moment.</summary>
internal sealed class Heartbeat(TimeProvider time, Func<CancellationToken, Task> beat)
{
    /// <summary>Ends when cancelled.</summary>
    public async Task RunAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(interval * Jitter.Next(), time, cancellationToken);
            while (true)
            {
                await beat(cancellationToken);
                await Task.Delay(interval, time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended.
        }
    }
}
