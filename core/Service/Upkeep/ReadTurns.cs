namespace SnapshotBot.Service.Upkeep;

/// <summary>Whose turn it is to be read back, so that everything is within the days that were set: one slice of all packs a day.</summary>
internal sealed class ReadTurns(Marks marks, UpkeepSettings settings, TimeProvider time)
{
    private const string Key = "read";

    /// <summary>The slice read longest ago, and how many there are.</summary>
    public (int Slice, int Of) Next()
    {
        var read = Read();
        var oldest = 0;
        for (var i = 1; i < read.Length; i++)
        {
            if (read[i] < read[oldest])
                oldest = i;
        }

        return (oldest, read.Length);
    }

    /// <summary>Whether a slice is due: each slice has its share of the days.</summary>
    public bool IsDue()
    {
        var read = Read();
        var due = TimeSpan.FromDays(settings.ReadDays);
        var latest = read.Max();
        return read.Min() + due.Ticks <= time.GetUtcNow().UtcTicks && latest + (due / read.Length).Ticks <= time.GetUtcNow().UtcTicks;
    }

    public Task DoneAsync(int slice, CancellationToken cancellationToken)
    {
        var read = Read();
        read[slice] = time.GetUtcNow().UtcTicks;
        return marks.WriteAsync(Key, new ReadMark(read), GuardJson.Default.ReadMark, cancellationToken);
    }

    public Task AllDoneAsync(CancellationToken cancellationToken)
    {
        var read = Read();
        Array.Fill(read, time.GetUtcNow().UtcTicks);
        return marks.WriteAsync(Key, new ReadMark(read), GuardJson.Default.ReadMark, cancellationToken);
    }

    public ReadingInfo Info()
    {
        var read = Read();
        var since = time.GetUtcNow() - TimeSpan.FromDays(settings.ReadDays + 1);
        var oldest = read.Min();
        return new(
            settings.ReadDays,
            (double)read.Count(ticks => ticks >= since.UtcTicks) / read.Length,
            oldest == 0 ? null : new DateTimeOffset(oldest, TimeSpan.Zero));
    }

    /// <summary>When each slice was last read. Another number of days begins anew: slices of other sizes hold other packs.</summary>
    private long[] Read()
    {
        var known = marks.Read(Key, GuardJson.Default.ReadMark)?.ReadAt;
        return known is not null && known.Length == settings.ReadDays ? known : new long[settings.ReadDays];
    }
}

/// <summary>When each slice was last read, in ticks; 0 for never.</summary>
internal sealed record ReadMark(long[] ReadAt);
