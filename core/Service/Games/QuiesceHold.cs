using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Games;

/// <summary>
/// A game asked to hold its writes. Take <see cref="ReleaseAsync"/> into a finally before looking at <see cref="State"/>: a hold that failed
/// half-way is released too. Releasing has a deadline of its own and is done once, however often it is asked for.
/// </summary>
internal sealed class QuiesceHold(QuiesceState state, Func<Task<ReleaseAnswer>> release) : IAsyncDisposable
{
    private Task<ReleaseAnswer>? _released;

    public QuiesceState State { get; } = state;

    /// <summary>Lets the game write again, and says whether it did. Never throws for the game's sake.</summary>
    public Task<ReleaseAnswer> ReleaseAsync() => _released ??= release();

    public async ValueTask DisposeAsync() => await ReleaseAsync();

    /// <summary>A hold that nothing was done for.</summary>
    internal static QuiesceHold Of(QuiesceState state) => new(state, () => Task.FromResult<ReleaseAnswer>(new ReleaseAnswer.Released()));

    /// <summary>The same hold, which settles its fact in the journal once it is released. One that could not be is left there for healing.</summary>
    internal QuiesceHold Settling(Journal journal, int fact) => new(State, async () =>
    {
        var answer = await ReleaseAsync();
        if (answer is not ReleaseAnswer.Failed)
            await journal.SettleAsync(fact);
        return answer;
    });
}
