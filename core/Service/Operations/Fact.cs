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

    /// <summary>Takes the act back.</summary>
    public abstract Task UndoAsync(FactContext context, CancellationToken cancellationToken);

    /// <summary>Does what is left once the operation as a whole is done and nothing will be taken back.</summary>
    public virtual Task FinishAsync(FactContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Something could not be taken back yet that stands in the way of nothing else: it is tried again, and others go on meanwhile.</summary>
internal sealed class StillOpenException(string message) : Exception(message);

/// <summary>What a fact may use when it is read back, perhaps by another process than the one that wrote it.</summary>
internal sealed record FactContext(OperationId Operation, string Folder, IServiceProvider Services);

/// <summary>How a fact is named in a journal. Registered by the folder that declares it.</summary>
internal sealed record FactType(string Name, Type Type, JsonTypeInfo Json)
{
    public static FactType Of<T>(string name, JsonTypeInfo<T> json)
        where T : Fact => new(name, typeof(T), json);
}
