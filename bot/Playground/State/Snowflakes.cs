namespace SnapshotBot.Playground.State;

/// <summary>Ids as Discord makes them: milliseconds since 2015 above 22 bits; always growing, also while a test's clock stands.</summary>
internal sealed class Snowflakes(TimeProvider time)
{
    private const long Epoch = 1_420_070_400_000;

    private ulong _last;

    public ulong Next()
    {
        var now = (ulong)Math.Max(1, time.GetUtcNow().ToUnixTimeMilliseconds() - Epoch) << 22;
        return _last = Math.Max(now, _last + 1);
    }

    public static DateTimeOffset TimeOf(ulong id) => DateTimeOffset.FromUnixTimeMilliseconds((long)(id >> 22) + Epoch);
}
