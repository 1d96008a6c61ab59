using System.Text.Json.Serialization.Metadata;

namespace SnapshotBot.Service.Operations;

/// <summary>
/// One thing an operation is about to do to the world outside, written down before it is done. Declared by the folder that does it, which
/// knows how to take it back. Both methods may be called when the act happened, happened half, or never happened, and more than once.
/// </summary>
internal abstract record Fact
{
    /// <summary>Whether nothing written down before it may be taken back while this could not be: what it left is then still needed there.</summary>
    public virtual bool HoldsBack => false;

    /// <summary>Whether what is left of it comes before what is left of others: they would act on what it removes.</summary>
    public virtual bool FinishesFirst => false;

    /// <summary>Whether this may be all that tells how the operation ended: it is asked, once all is taken back, and stays in the journal until
    /// the operation's row says so.</summary>
    public virtual bool Decides => false;

    /// <summary>Takes the act back.</summary>
    public abstract Task UndoAsync(FactContext context, CancellationToken cancellationToken);

    /// <summary>Does what is left once the operation as a whole is done and nothing will be taken back.</summary>
    public virtual Task FinishAsync(FactContext context, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The outcome, as JSON, of an operation that was done all the same: for acts that are never taken back. Null when it was not.</summary>
    public virtual Task<string?> OutcomeAsync(FactContext context, CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}

/// <summary>Something could not be taken back yet that stands in the way of nothing else: it is tried again, and others go on meanwhile.</summary>
internal sealed class StillOpenException(string message) : Exception(message);

/// <summary>What a fact may use when it is read back, perhaps by another process than the one that wrote it.</summary>
/// <param name="Operation">Whose fact it is.</param>
/// <param name="Folder">The operation's own folder.</param>
/// <param name="Services">What undoing needs.</param>
/// <param name="AskedAt">When the last fact was written down. What was asked of the engine after it may happen yet, when the asker died or got no
/// answer. Null for an operation that came to its end and has all its answers.</param>
internal sealed record FactContext(OperationId Operation, string Folder, IServiceProvider Services, DateTimeOffset? AskedAt);

/// <summary>How a fact is named in a journal. Registered by the folder that declares it.</summary>
internal sealed record FactType(string Name, Type Type, JsonTypeInfo Json)
{
    public static FactType Of<T>(string name, JsonTypeInfo<T> json)
        where T : Fact => new(name, typeof(T), json);
}
