namespace SnapshotBot.Chat.Native.Rest;

/// <summary>Waits until some moment, for whoever looks again then.</summary>
internal static class Waiting
{
    /// <summary>
    /// Waits so long or a little longer. A timer counts whole milliseconds and leaves the rest out: one of half a millisecond is over at once, and who
    /// looks again would go on looking, for as long as the clock stands still.
    /// </summary>
    public static Task ForAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), time, cancellationToken);
}
