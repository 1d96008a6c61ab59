namespace SnapshotBot.Storage.FileSystem;

/// <summary>A time as the kernel keeps it: seconds since 1970 in UTC and nanoseconds within the second (0 to 999,999,999).</summary>
public readonly record struct UnixTime(long Seconds, int Nanoseconds) : IComparable<UnixTime>
{
    /// <summary>The nearest <see cref="DateTimeOffset"/>, cut to 100 ns and to the years 1 to 9999.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        var seconds = Math.Clamp(Seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(Nanoseconds / 100);
    }

    public static UnixTime From(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        return rest < 0 ? new(seconds - 1, (int)(rest + TimeSpan.TicksPerSecond) * 100) : new(seconds, (int)rest * 100);
    }

    public int CompareTo(UnixTime other)
    {
        var order = Seconds.CompareTo(other.Seconds);
        return order != 0 ? order : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    public static bool operator <(UnixTime left, UnixTime right) => left.CompareTo(right) < 0;

    public static bool operator >(UnixTime left, UnixTime right) => left.CompareTo(right) > 0;

    public static bool operator <=(UnixTime left, UnixTime right) => left.CompareTo(right) <= 0;

    public static bool operator >=(UnixTime left, UnixTime right) => left.CompareTo(right) >= 0;
}
