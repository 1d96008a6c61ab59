using System.Data.Common;
using System.Runtime.CompilerServices;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>Follows all operations, of this process and of others, for whoever draws them.</summary>
public sealed class OperationFeed
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    // Whole rows carry requests and outcomes, and a busy minute has hundreds that are looked at again and again: those are read once.
    private static readonly RowReader<string> Ends = new("operations", ["Id"], row => row.GetString(0));

    private readonly CatalogStore _catalog;
    private readonly TimeProvider _time;

    internal OperationFeed(CatalogStore catalog, TimeProvider time)
    {
        _catalog = catalog;
        _time = time;
    }

    /// <summary>
    /// Every operation that is not ended, at once, and from then on each whose row changed, its end included; in the order they were asked
    /// for. What happens between two looks is one change, and nothing piles up while the reader is busy: it is given what is true when it
    /// comes back. An operation's end is given exactly once.
    /// </summary>
    public async IAsyncEnumerable<OperationInfo> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watch = _catalog.Watch();
        using var timer = new PeriodicTimer(Pace, _time);
        var shown = new Dictionary<string, OperationRow>(StringComparer.Ordinal);
        var ends = new EndsSeen(_time.GetUtcNow().UtcTicks);
        var isDue = false;
        while (true)
        {
            IReadOnlyList<OperationInfo> news = [];
            try
            {
                isDue |= watch.HasChanged();
                if (isDue)
                    news = News(shown, ends);
                isDue = false;
            }
            catch (DbException)
            {
                // Busy or out of reach for a moment. What has changed is looked for again, so that no end is missed.
                isDue = true;
            }

            foreach (var info in news)
                yield return info;
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private IReadOnlyList<OperationInfo> News(Dictionary<string, OperationRow> shown, EndsSeen ends)
    {
        // All is read before anything counts as shown.
        var unfinished = _catalog.Read(Rows.Operations, "WHERE \"State\" IN (0, 1) ORDER BY \"QueuedAt\"");
        var ended = _catalog.Read(Ends, "WHERE \"EndedAt\" >= @0 ORDER BY \"EndedAt\"", ends.From)
            .Where(id => !ends.IsGiven(id))
            .SelectMany(id => _catalog.Read(Rows.Operations, "WHERE \"Id\" = @0", id))
            .ToList();
        var names = Names();
        var news = new List<OperationRow>();
        foreach (var row in unfinished)
        {
            if (!shown.TryGetValue(row.Id, out var before) || Differ(before, row))
                news.Add(row);
            shown[row.Id] = row;
        }

        foreach (var row in ended)
        {
            shown.Remove(row.Id);
            ends.Give(row);
            news.Add(row);
        }

        return [.. news.Select(row => OperationReads.ToInfo(row, names))];
    }

    private static bool Differ(OperationRow before, OperationRow now) =>
        before.State != now.State || before.CancelRequested != now.CancelRequested || before.Progress != now.Progress;

    private Dictionary<string, string> Names() =>
        _catalog.Read(Rows.Servers, "").ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);

    /// <summary>Which ends were given. A writer stamps its row a moment before it is committed, so a little of what was seen is asked for again.</summary>
    private sealed class EndsSeen(long start)
    {
        private static readonly long Overlap = TimeSpan.FromMinutes(1).Ticks;

        private readonly Dictionary<string, long> _given = new(StringComparer.Ordinal);
        private readonly long _start = start;
        private long _latest = start;

        public long From => Math.Max(_start, _latest - Overlap);

        public bool IsGiven(string id) => _given.ContainsKey(id);

        public void Give(OperationRow row)
        {
            var ended = row.EndedAt!.Value;
            _given.Add(row.Id, ended);
            _latest = Math.Max(_latest, ended);
            foreach (var old in _given.Where(each => each.Value < From).ToList())
                _given.Remove(old.Key);
        }
    }
}
