namespace SnapshotBot.Bot.Notifications;

/// <summary>
/// One piece of work at a time for each channel or guild, side by side with those of the others: whom Discord makes wait holds up nobody else. For
/// one loop; what is under way at its end is awaited.
/// </summary>
internal sealed class Lanes : IAsyncDisposable
{
    private readonly Dictionary<ulong, Task> _busy = [];

    /// <summary>Whether nothing is under way there.</summary>
    public bool IsFree(ulong lane) => !_busy.TryGetValue(lane, out var last) || last.IsCompleted;

    /// <summary>Begins it in a lane that is free. It deals with its own failures.</summary>
    public Task Begin(ulong lane, Func<Task> work) => _busy[lane] = work();

    public async ValueTask DisposeAsync() => await Task.WhenAll(_busy.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
