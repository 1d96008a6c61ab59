using System.Runtime.CompilerServices;
using System.Text.Json;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>Lists, watches and cancels operations. Runs where it is called.</summary>
public sealed class OperationReads
{
    private const int Considered = 5;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly CatalogStore _catalog;
    private readonly OperationQueue _queue;
    private readonly OperationKinds _kinds;
    private readonly TimeProvider _time;

    internal OperationReads(CatalogStore catalog, OperationQueue queue, OperationKinds kinds, TimeProvider time)
    {
        _catalog = catalog;
        _queue = queue;
        _kinds = kinds;
        _time = time;
    }

    /// <summary>Operations newest first: the unfinished ones, or all that ever were.</summary>
    /// <param name="which">Which ones.</param>
    /// <param name="limit">At most this many.</param>
    public IReadOnlyList<OperationInfo> List(OperationFilter which, int limit)
    {
        var filter = which == OperationFilter.Unfinished ? "WHERE \"State\" IN (0, 1) " : "";
        var page = _catalog.Read(Rows.Operations, filter + "ORDER BY \"QueuedAt\" DESC, \"Id\" DESC LIMIT @0", limit);
        var names = Names();
        return [.. page.Select(row => ToInfo(row, names))];
    }

    /// <summary>Finds an operation by its id or a prefix of it that is unique.</summary>
    public OperationFound Find(string text)
    {
        if (text.Length == 0 || !text.All(char.IsAsciiHexDigitLower))
            return new OperationFound.Refused(new Refusal.OperationUnknown(text));
        // Hexadecimal digits only, as checked above: nothing a pattern knows.
        var rows = _catalog.Read(Rows.Operations, "WHERE \"Id\" LIKE @0 || '%' ORDER BY \"QueuedAt\" DESC LIMIT 20", text);
        var names = Names();
        return rows switch
        {
            [] => new OperationFound.Refused(new Refusal.OperationUnknown(text)),
            [var one] => new OperationFound.One(ToInfo(one, names)),
            _ => new OperationFound.Refused(new Refusal.OperationAmbiguous(text, [.. rows.Select(row => row.Id)])),
        };
    }

    /// <summary>An operation with what was asked for and how it ended, each as its own type; null for one that is not there, or of a later version.</summary>
    public OperationDetails? Details(OperationId id) => _queue.Find(id) is { } row ? Details(row, Names()) : null;

    /// <summary>
    /// What made this thing or changed it and ended since then, the latest first, each with what was asked for and how it ended. Read a few at a
    /// time, as far as the caller goes.
    /// </summary>
    /// <param name="subject">Its id: a snapshot's, which is that of the operation that made it too.</param>
    /// <param name="since">Those that ended earlier are left out.</param>
    public IEnumerable<OperationDetails> EndedOf(string subject, DateTimeOffset since)
    {
        const int Page = 20;
        var names = Names();
        for (var offset = 0; ; offset += Page)
        {
            var rows = _catalog.Read(
                Rows.Operations,
                "WHERE (\"Subject\" = @0 OR \"Id\" = @0) AND \"EndedAt\" >= @1 ORDER BY \"EndedAt\" DESC LIMIT @2 OFFSET @3",
                subject,
                since.UtcTicks,
                Page,
                offset);
            foreach (var details in rows.Select(row => Details(row, names)).OfType<OperationDetails>())
                yield return details;
            if (rows.Count < Page)
                yield break;
        }
    }

    /// <summary>How much longer an operation likely takes, by how long the last of its kind took for this scope. Null where none ended well, or it
    /// takes longer than those did.</summary>
    public TimeSpan? LeftOf(OperationInfo running)
    {
        var before = _catalog.Read(
            Rows.Operations, "WHERE \"Kind\" = @0 AND \"Scope\" = @1 AND \"State\" = @2 AND \"StartedAt\" IS NOT NULL ORDER BY \"QueuedAt\" DESC LIMIT @3",
            running.Kind, running.Scope.Text, (int)OperationState.Ended, Considered);
        if (before.Count == 0)
            return null;
        var usual = before.Select(row => row.EndedAt!.Value - row.StartedAt!.Value).Order().ElementAt(before.Count / 2);
        var left = TimeSpan.FromTicks(usual) - (running.StartedAt is { } started ? _time.GetUtcNow() - started : TimeSpan.Zero);
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>The operation now and after every change, until it has ended; the last element is its end.</summary>
    public async IAsyncEnumerable<OperationInfo> WatchAsync(OperationId id, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = _catalog.Watch();
        using var timer = new PeriodicTimer(Pace, _time);
        while (true)
        {
            if (watch.HasChanged() && Find(id.Value) is OperationFound.One found)
            {
                yield return found.Operation;
                if (found.Operation.State >= OperationState.Ended)
                    yield break;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Asks an operation to stop. Whoever runs it sees that within a quarter of a second and takes back what it had begun.</summary>
    /// <returns>Null when it was asked, or why not.</returns>
    public async Task<Refusal?> CancelAsync(OperationId id, CancellationToken cancellationToken) =>
        await _queue.CancelAsync(id, cancellationToken) ? null : new Refusal.AlreadyEnded(id.Value);

    internal static OperationFailure? ReadFailure(string? text) =>
        text is null ? null : JsonSerializer.Deserialize(text, OperationsJson.Default.OperationFailure);

    internal static OperationInfo ToInfo(OperationRow row, IReadOnlyDictionary<string, string> names)
    {
        var scope = OperationScope.Parse(row.Scope);
        return new()
        {
            Id = new OperationId(row.Id),
            Kind = row.Kind,
            Scope = scope,
            Server = scope.Server is { } server ? names.GetValueOrDefault(server) : null,
            Subject = row.Subject,
            RequestedBy = row.RequestedBy,
            State = (OperationState)row.State,
            CancelRequested = row.CancelRequested,
            Progress = row.Progress is null ? null : JsonSerializer.Deserialize(row.Progress, OperationsJson.Default.OperationProgress),
            Outcome = row.Outcome is null ? null : JsonDocument.Parse(row.Outcome).RootElement.Clone(),
            Failure = ReadFailure(row.Failure),
            QueuedAt = Utc(row.QueuedAt),
            StartedAt = row.StartedAt is { } started ? Utc(started) : null,
            EndedAt = row.EndedAt is { } ended ? Utc(ended) : null,
        };
    }

    private OperationDetails? Details(OperationRow row, IReadOnlyDictionary<string, string> names) => _kinds.Find(row.Kind) is { } kind
        ? new OperationDetails(ToInfo(row, names), kind.ReadRequest(row.Request), row.Outcome is { } outcome ? kind.ReadAnyOutcome(outcome) : null)
        : null;

    private Dictionary<string, string> Names() =>
        _catalog.Read(Rows.Servers, "").ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);

    private static DateTimeOffset Utc(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>An operation, what was asked for, and how it ended: an outcome of its kind's family, null before its end and where something broke.</summary>
public sealed record OperationDetails(OperationInfo Info, OperationRequest Request, object? Outcome);

/// <summary>Which operations a list shows.</summary>
public enum OperationFilter
{
    Unfinished,
    All,
}

/// <summary>What an operation's id led to: a closed family.</summary>
public abstract record OperationFound
{
    private OperationFound()
    {
    }

    public sealed record One(OperationInfo Operation) : OperationFound;

    public sealed record Refused(Refusal Refusal) : OperationFound;
}
