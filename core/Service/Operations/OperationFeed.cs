using System.Data.Common;
using System.Runtime.CompilerServices;
using SnapshotBot.Service.Catalog;

namespace SnapshotBot.Service.Operations;

/// <summary>Follows all operations, of this process and of others, for whoever draws them.</summary>
public sealed class OperationFeed
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    // The rows of a table are numbered as they come. By time it can't be told what is new: a clock may be set back.
    private static readonly RowReader<(long Number, string Id)> Numbers = new("operations", ["rowid", "Id"], row => (row.GetInt64(0), row.GetString(1)));

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
        var seen = new Seen();
        var isDue = false;
        while (true)
        {
            IReadOnlyList<OperationInfo> news = [];
            try
            {
                isDue |= watch.HasChanged();
                if (isDue)
                    news = News(seen);
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

    private IReadOnlyList<OperationInfo> News(Seen seen)
    {
        // All is read before anything counts as seen. What is queued or ends between two of these reads is a change that is looked for again.
        var last = seen.Last ?? _catalog.Read(Numbers, "ORDER BY rowid DESC LIMIT 1").FirstOrDefault().Number;
        var unfinished = _catalog.Read(Rows.Operations, "WHERE \"State\" IN (0, 1) ORDER BY \"QueuedAt\"");
        var added = _catalog.Read(Numbers, "WHERE rowid > @0 ORDER BY rowid", last);
        var others = seen.Unfinished.Keys.Union(added.Select(each => each.Id)).Except(unfinished.Select(row => row.Id))
            .SelectMany(id => _catalog.Read(Rows.Operations, "WHERE \"Id\" = @0", id)).ToList();
        var names = Names();
        var news = new List<OperationRow>();
        foreach (var row in unfinished.Concat(others))
        {
            if (row.State > (int)OperationState.Running)
            {
                seen.Unfinished.Remove(row.Id);
                news.Add(row);
                continue;
            }

            if (!seen.Unfinished.TryGetValue(row.Id, out var before) || Differ(before, row))
                news.Add(row);
            seen.Unfinished[row.Id] = row;
        }

        seen.Last = added.Count > 0 ? added[^1].Number : last;
        return [.. news.Select(row => OperationReads.ToInfo(row, names))];
    }

    private static bool Differ(OperationRow before, OperationRow now) =>
        before.State != now.State || before.CancelRequested != now.CancelRequested || before.Progress != now.Progress;

    private Dictionary<string, string> Names() =>
        _catalog.Read(Rows.Servers, "").ToDictionary(row => row.Id, row => row.Name, StringComparer.Ordinal);

    /// <summary>What one watcher was given.</summary>
    private sealed class Seen
    {
        /// <summary>Those whose end is still to come.</summary>
        public Dictionary<string, OperationRow> Unfinished { get; } = new(StringComparer.Ordinal);

        /// <summary>The number of the newest row; null before the first look.</summary>
        public long? Last { get; set; }
    }
}
