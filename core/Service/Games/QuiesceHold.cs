using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Games;

/// <summary>
/// A game asked to hold its writes. Take <see cref="ReleaseAsync"/> into a finally before looking at <see cref="State"/>: a hold that failed
/// half-way is released too. Releasing has a deadline of its own; twice is fine.
/// </summary>
internal sealed class QuiesceHold(QuiesceState state, Func<Task> release) : IAsyncDisposable
{
    private Func<Task>? _release = release;

    public QuiesceState State { get; } = state;

    /// <summary>Lets the game write again. Never throws for the game's sake.</summary>
    public async Task ReleaseAsync()
    {
        if (Interlocked.Exchange(ref _release, null) is { } once)
            await once();
    }

    public async ValueTask DisposeAsync() => await ReleaseAsync();

    /// <summary>A hold that nothing was done for.</summary>
    internal static QuiesceHold Of(QuiesceState state) => new(state, () => Task.CompletedTask);

    /// <summary>The same hold, which settles its fact in the journal once it is released.</summary>
    internal QuiesceHold Settling(Journal journal, int fact) => new(State, async () =>
    {
        await ReleaseAsync();
        await journal.SettleAsync(fact);
    });
}
