namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>Calls something at a steady pace until disposed, and once more then: for counters that are read, not told.</summary>
internal sealed class Poll : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Action _look;
    private readonly Task _loop;

    public Poll(TimeSpan pace, TimeProvider time, Action look)
    {
        _look = look;
        _loop = LookAsync(pace, time);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _look();
        _stop.Dispose();
    }

    private async Task LookAsync(TimeSpan pace, TimeProvider time)
    {
        using var timer = new PeriodicTimer(pace, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                _look();
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
