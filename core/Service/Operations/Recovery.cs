using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>
/// Takes back or finishes what a process that died left half done. Only the holder of the runner's lock may call it: then every journal
/// there is belongs to the dead.
/// </summary>
internal sealed class Recovery(
    DataFolder folder, OperationQueue queue, FactTypes types, IServiceProvider services, TimeProvider time, ILogger<Recovery> log)
{
    /// <summary>What an operation that ends may take for clearing up after itself.</summary>
    public static readonly TimeSpan CleanUpTime = TimeSpan.FromMinutes(5);

    /// <summary>A caller that is just beginning has its file before it has its row.</summary>
    private static readonly TimeSpan Beginning = TimeSpan.FromMinutes(1);

    /// <summary>How long after it was asked for an operation that nobody waits for is still run: who asked for a restore yesterday has played since.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromHours(1);

    /// <summary>How often an operation may take its runner down with it before it is left alone.</summary>
    private const int MostDeaths = 3;

    /// <summary>Whether there is anything to heal; costs a listing of one folder and no lock.</summary>
    public bool IsNeeded() => folder.OperationsLeft().Count > 0 || folder.CallersLeft().Count > 0;

    public async Task<IReadOnlyList<HealedOperation>> HealAsync(OperationId? mine, CancellationToken cancellationToken)
    {
        var healed = new List<HealedOperation>();
        foreach (var id in folder.OperationsLeft())
            healed.Add(await HealJournalAsync(id, cancellationToken));
        foreach (var row in queue.Unfinished())
            await HealRowAsync(row, mine, cancellationToken);
        ForgetCallers();
        return healed;
    }

    /// <summary>Tries again to heal one that could not be healed, and deals with its row.</summary>
    public async Task<HealedOperation> HealAgainAsync(OperationId id, CancellationToken cancellationToken)
    {
        var healed = await HealJournalAsync(id, cancellationToken);
        if (healed.Ending != HealEnding.NotYet && queue.Find(id) is { State: (int)OperationState.Running } row)
            await HealRowAsync(row, null, cancellationToken);
        return healed;
    }

    /// <summary>Takes back what an operation of this process began.</summary>
    /// <returns>Its outcome when it was done all the same, else null.</returns>
    public Task<string?> UndoAsync(Journal journal, CancellationToken cancellationToken) =>
        UndoAsync(journal, [.. journal.Open], cancellationToken);

    /// <summary>Takes facts back, last first, and settles each: trying again must not stop what is back and runs. One that fails does not keep
    /// the others from being tried, unless it says so.</summary>
    /// <returns>The operation's outcome when it was done all the same, else null.</returns>
    /// <exception cref="UndoFailedException">At least one could not be taken back; the journal stays.</exception>
    private async Task<string?> UndoAsync(
        Journal journal, IReadOnlyList<(int Number, Fact Fact)> facts, CancellationToken cancellationToken)
    {
        var id = journal.Operation;
        var context = ContextOf(id, folder.JournalWrittenAt(id));
        var errors = new List<Exception>();
        foreach (var (number, fact) in facts.Reverse())
        {
            try
            {
                await fact.UndoAsync(context, cancellationToken);
            }
            catch (Exception error)
            {
                log.UndoFailed(id, fact.GetType().Name, error);
                errors.Add(error);
                if (fact.HoldsBack)
                    break;
                continue;
            }

            if (!fact.Decides)
                await TrySettleAsync(journal, number);
        }

        if (errors.Count > 0)
            throw new UndoFailedException(id, errors);
        foreach (var (_, fact) in facts.Where(one => one.Fact.Decides))
        {
            if (await fact.OutcomeAsync(context, cancellationToken) is { } outcome)
                return outcome;
        }

        return null;
    }

    private FactContext ContextOf(OperationId id, DateTimeOffset? askedAt) => new(id, folder.OperationPath(id), services, askedAt);

    /// <summary>Does what facts leave for the end, first to last but for those that go before all others, and settles each. One that can't does not
    /// keep the others from it, unless it goes before them.</summary>
    /// <exception cref="UndoFailedException">At least one could not; the journal stays.</exception>
    public async Task FinishAsync(Journal journal, IEnumerable<(int Number, Fact Fact)> facts, CancellationToken cancellationToken)
    {
        var id = journal.Operation;
        var context = ContextOf(id, null);
        var errors = new List<Exception>();
        foreach (var (number, fact) in facts.OrderBy(one => one.Fact.FinishesFirst ? 0 : 1))
        {
            try
            {
                await fact.FinishAsync(context, cancellationToken);
            }
            catch (Exception error)
            {
                log.UndoFailed(id, fact.GetType().Name, error);
                errors.Add(error);
                if (fact.FinishesFirst)
                    break;
                continue;
            }

            await TrySettleAsync(journal, number);
        }

        if (errors.Count > 0)
            throw new UndoFailedException(id, errors);
    }

    /// <summary>A full disk must not keep a server down: what can't be settled is done once more, which does no harm.</summary>
    private async Task TrySettleAsync(Journal journal, int number)
    {
        try
        {
            await journal.SettleAsync(number);
        }
        catch (IOException unwritten)
        {
            log.ProgressLost(journal.Operation, unwritten);
        }
    }

    private async Task<HealedOperation> HealJournalAsync(OperationId id, CancellationToken cancellationToken)
    {
        var row = queue.Find(id);
        OperationScope? scope = row is null ? null : OperationScope.Parse(row.Scope);
        try
        {
            var journal = JournalLeft.Read(folder, types, id);
            await using var settled = new Journal(folder, types, id);
            var outcome = journal.Outcome;
            if (outcome is not null)
            {
                await queue.EndAsync(id, outcome, cancellationToken);
                await FinishAsync(settled, journal.Open, cancellationToken);
            }
            else
            {
                outcome = await UndoAsync(settled, journal.Open, cancellationToken);
                if (outcome is not null)
                    await queue.EndAsync(id, outcome, cancellationToken);
            }

            folder.RemoveOperation(id);
            log.Healed(id);
            return new(id, row?.Kind, scope, outcome is not null ? HealEnding.Finished : HealEnding.TakenBack, null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.HealFailed(id, error);
            return new(id, row?.Kind, scope, HealEnding.NotYet, error.Message) { Blocks = Blocks(error) };
        }
    }

    /// <summary>Whether what was left of an operation keeps others away from where it worked.</summary>
    internal static bool Blocks(Exception error) =>
        error is UndoFailedException many ? many.InnerExceptions.Any(Blocks) : error is not StillOpenException;

    private async Task HealRowAsync(OperationRow row, OperationId? mine, CancellationToken cancellationToken)
    {
        var id = new OperationId(row.Id);
        var isWanted = id == mine || (row.HasCaller ? folder.HasCaller(id) : IsFresh(row));
        if (row.State == (int)OperationState.Running)
        {
            // Whoever still waits for it runs it himself once he has the lock; what nobody waits for, the next runner does.
            if (isWanted && row.Deaths + 1 < MostDeaths)
                await queue.RequeueAsync(id, cancellationToken);
            else
                await queue.FailAsync(id, Interrupted, cancellationToken);
        }
        else if (!isWanted && row.HasCaller)
        {
            await queue.CancelAsync(id, cancellationToken);
        }
        else if (!isWanted)
        {
            await queue.FailAsync(id, TooLate, cancellationToken);
        }
    }

    /// <summary>An occurrence of a schedule decides for itself whether it is too late.</summary>
    private bool IsFresh(OperationRow row) =>
        row.OccurrenceKey is not null || time.GetUtcNow() - new DateTimeOffset(row.QueuedAt, TimeSpan.Zero) <= Freshness;

    /// <summary>Removes the marks of callers that died, once their operations have ended.</summary>
    public void ForgetCallers()
    {
        foreach (var id in folder.CallersLeft())
        {
            var row = queue.Find(id);
            if (row is null ? time.GetUtcNow() - id.MadeAt > Beginning : row.State >= (int)OperationState.Ended)
                folder.RemoveCaller(id);
        }
    }

    private static OperationFailure Interrupted => new(
        EndingClass.Failed,
        "interrupted",
        "The process that ran this operation ended before it was done. What it had begun was taken back; snapshots already made are kept.",
        "Run the command again.");

    private static OperationFailure TooLate => new(
        EndingClass.Failed, "too-late", "Nothing ran this operation within an hour, so it was not begun any more. Nothing was changed.", "Ask for it again.");
}

/// <summary>What healing did with one operation.</summary>
/// <param name="Kind">The operation's kind, or null when its row is gone.</param>
/// <param name="Error">Why it could not be healed yet; it is tried again at the next command.</param>
/// <param name="Scope">What it kept others away from; an operation on the same server is refused while this one is not healed.</param>
public sealed record HealedOperation(OperationId Id, string? Kind, OperationScope? Scope, HealEnding Ending, string? Error)
{
    /// <summary>Whether others are refused while this one is not healed.</summary>
    public bool Blocks { get; init; } = true;
}

/// <summary>How healing one operation ended.</summary>
public enum HealEnding
{
    /// <summary>It had been done; only clean-up was left.</summary>
    Finished,

    /// <summary>It had not been done; everything is as it was before.</summary>
    TakenBack,

    /// <summary>It could not be healed now.</summary>
    NotYet,
}

/// <summary>Not everything an operation had begun could be taken back, or cleared away at its end.</summary>
public sealed class UndoFailedException(OperationId operation, IReadOnlyList<Exception> errors)
    : AggregateException($"What operation {operation} left behind could not be cleared away as a whole; the next command tries again.", errors)
{
    public OperationId Operation { get; } = operation;
}
