namespace SnapshotBot.Storage.Backends;

/// <summary>How patient a REST backend is.</summary>
internal sealed record RestBackendOptions
{
    /// <summary>Attempts for one call, the first included; 1 to 20.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The wait before the second attempt; it doubles each time, and a random part of up to half is taken off.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>No wait is longer.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What an attempt may take, beside the time its bytes need at <see cref="SlowestBytesPerSecond"/>.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A line slower than this counts as broken.</summary>
    public long SlowestBytesPerSecond { get; init; } = 64 << 10;

    /// <summary>Requests that may usefully be under way at once.</summary>
    public int Parallelism { get; init; } = 4;
}
