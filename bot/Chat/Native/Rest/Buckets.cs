using System.Collections.Concurrent;

namespace SnapshotBot.Chat.Native.Rest;

/// <summary>
/// Which bucket a request belongs to. Discord names a bucket by a hash, the same for many channels; with the channel, guild or webhook it is one
/// allowance. Before its first answer a route has a bucket of its own.
/// </summary>
internal sealed class Buckets(TimeProvider time)
{
    private const int FewestSwept = 500;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private int _sweepAt = FewestSwept;

    public int Count => _buckets.Count;

    public Bucket Of(Route route) => _buckets.GetOrAdd(Key(route, _hashes.GetValueOrDefault(route.Template)), _ => Make());

    /// <summary>Takes in an answer: the route moves to the bucket that was named.</summary>
    public void Learn(Route route, Bucket used, RateHeaders headers)
    {
        if (headers.Bucket is { } hash && _hashes.GetValueOrDefault(route.Template) != hash)
        {
            _hashes[route.Template] = hash;
            var named = _buckets.GetOrAdd(Key(route, hash), used);
            if (!ReferenceEquals(named, used))
            {
                named.Learn(headers);
            }
        }

        used.Learn(headers);
    }

    private static string Key(Route route, string? hash) => hash is null ? $"{route.Template}|{route.Top}" : $"{hash}|{route.Top}";

    private Bucket Make()
    {
        // Each interaction has one of its own, which is over with it. Looked for when their number has doubled, so that it costs each one little.
        if (_buckets.Count >= Volatile.Read(ref _sweepAt))
        {
            foreach (var (key, bucket) in _buckets)
            {
                if (bucket.IsOver(Idle))
                {
                    _buckets.TryRemove(key, out _);
                }
            }

            Volatile.Write(ref _sweepAt, Math.Max(FewestSwept, 2 * _buckets.Count));
        }

        return new Bucket(time);
    }
}
