using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Restore;

/// <summary>
/// What an operation has the engine make, and its way back. The engine goes on with a making whose asker died or got no answer, and shows what it
/// made only at the end: who looks once, right after, finds nothing, and what comes then would stay for ever.
/// </summary>
internal static class Makings
{
    /// <summary>A making takes a tenth of a second, on a machine that does much else a few.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    /// <summary>Has something made that the journal has before.</summary>
    /// <param name="journal">The operation's journal.</param>
    /// <param name="fact">What takes it back.</param>
    /// <param name="make">Makes it; not by the caller's token, for a making given up could still happen after it was taken back.</param>
    /// <param name="cancellationToken">Stops it before it has begun.</param>
    public static async Task<T> MakeAsync<T>(Journal journal, Fact fact, Func<Task<T>> make, CancellationToken cancellationToken)
    {
        var number = await journal.WriteAsync(fact, cancellationToken);
        try
        {
            return await make();
        }
        catch (EngineException error) when (error is EngineNotFoundException or EngineConflictException or EngineRefusedException)
        {
            // The engine said no: there is nothing to come and nothing to take back.
            await journal.SettleAsync(number);
            throw;
        }
    }

    /// <summary>Looks until it is there or surely does not come any more.</summary>
    public static Task<T?> FindAsync<T>(Func<Task<T?>> look, FactContext context, CancellationToken cancellationToken)
        where T : class => FindAsync(look, elapsed => Task.FromResult(elapsed < Limit), context, cancellationToken);

    /// <summary>The same for a making that may take longer.</summary>
    /// <param name="look">Finds it, or null.</param>
    /// <param name="mayCome">Whether it may come yet, so long after it was asked for.</param>
    /// <param name="context">Whose fact it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<T?> FindAsync<T>(
        Func<Task<T?>> look, Func<TimeSpan, Task<bool>> mayCome, FactContext context, CancellationToken cancellationToken)
        where T : class
    {
        var time = context.Services.GetRequiredService<TimeProvider>();
        while (true)
        {
            // Before the look: what comes between the two is seen.
            var isOver = context.AskedAt is not { } asked || !await mayCome((time.GetUtcNow() - asked).Duration());
            if (await look() is { } made)
                return made;
            if (isOver)
                return null;
            await Task.Delay(Pace, time, cancellationToken);
        }
    }
}
