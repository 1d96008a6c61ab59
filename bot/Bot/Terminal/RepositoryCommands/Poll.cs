namespace SnapshotBot.Bot.Terminal.RepositoryCommands;

/// <summary>Calls something at a steady pace until disposed, and once more then: for counters that are read, not told.</summary>
internal sealed class Poll : IAsyncDisposable
{
    private readonly PeriodicTimer _timer;
    private readonly Action _look;
    private readonly Task _loop;

    public Poll(TimeSpan pace, TimeProvider time, Action look)
    {
        _timer = new PeriodicTimer(pace, time);
        _look = look;
        _loop = LookAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // Ends the wait without an exception, for which even a short command would load what traces stacks.
        _timer.Dispose();
        await _loop;
        _look();
    }

    private async Task LookAsync()
    {
        while (await _timer.WaitForNextTickAsync(CancellationToken.None))
        {
            _look();
        }
    }
}
