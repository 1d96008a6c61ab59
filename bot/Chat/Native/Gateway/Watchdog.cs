using Microsoft.Extensions.Logging;

namespace SnapshotBot.Chat.Native.Gateway;

/// <summary>
/// Looks at a connection from outside. One that says nothing for more than two heartbeats, whatever hangs in it, is given up and replaced: its own
/// task isn't waited for.
/// </summary>
internal sealed class Watchdog(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BeforeHello = TimeSpan.FromSeconds(45);

    public async Task<ConnectionEnd> WatchAsync(GatewayConnection connection, Task<ConnectionEnd> running, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var dead = DeadAsync(connection, done.Token);
        var first = await Task.WhenAny(running, dead);
        if (first == running || !await dead)
        {
            await done.CancelAsync();
            return await running;
        }

        Log.Dead(logger, connection.Silence.Silence);
        connection.Abort();
        _ = running.ContinueWith(task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return new ConnectionEnd(Comeback.Resume, Code: null, AliveFor: null);
    }

    // False when cancelled.
    private async Task<bool> DeadAsync(GatewayConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(LookEvery, time, cancellationToken);
                var (silence, busy) = connection.Silence;
                var most = connection.Interval is { } interval ? (interval * 2.2) + LookEvery : BeforeHello;
                if (!busy && silence > most)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
