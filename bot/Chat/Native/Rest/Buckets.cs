using System.Collections.Concurrent;

namespace SnapshotBot.Chat.Native.Rest;

/// <summary>
/// Which bucket a request belongs to. Discord names a bucket by a hash, the same for many channels; with the channel, guild or webhook it is one
/// allowance. Before its first answer a route has a bucket of its own.
/// </summary>
internal sealed class Buckets(TimeProvider time)
{
    private const int Most = 2000;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(20);

    private readonly ConcurrentDictionary<string, string> _hashes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);

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
        if (_buckets.Count > Most)
        {
            var old = time.GetUtcNow() - Idle;
            foreach (var (key, bucket) in _buckets)
            {
                if (bucket.LastUsed < old)
                {
                    _buckets.TryRemove(key, out _);
                }
            }
        }

        return new Bucket(time);
    }
}
