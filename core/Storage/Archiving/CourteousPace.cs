using System.Diagnostics;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Lets a courteous pass work a fifth of the time, all of its threads together, and less while those it shares the machine with wait: that share falls
/// when the kernel says that they stall for processor or disk, and rises again when they don't. Where the kernel does not say it stays. Waiting for a
/// core is not work: a busy machine, which slows a pass by itself, would slow it twice.
/// </summary>
/// <param name="pressureFiles">The kernel's, of those it shares the machine with.</param>
/// <param name="waited">How long, of all the time so far, the pass's threads waited for a core; of several the average.</param>
internal sealed class CourteousPace(IReadOnlyList<string> pressureFiles, Func<TimeSpan> waited)
{
    private const double Least = 0.1;

    /// <summary>Not all of it even where nobody seems to wait: a tick that finds the cores and the disk at work is later than one that doesn't.</summary>
    private const double Most = 0.2;

    /// <summary>More than one part in twenty spent waiting is felt.</summary>
    private const double MostStall = 0.05;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _lookedAt = Stopwatch.GetTimestamp();
    private long _worksSince = Stopwatch.GetTimestamp();
    private long _stalled = -1;
    private double _share = Most;
    private TimeSpan _waited = waited();

    /// <summary>Called after every piece of work; rests when it is time to.</summary>
    public ValueTask RestAsync(CancellationToken cancellationToken)
    {
        var works = Stopwatch.GetElapsedTime(Volatile.Read(ref _worksSince));
        if (works >= TimeSpan.Zero && works < Look)
            return ValueTask.CompletedTask;
        var rest = Next();
        return rest > TimeSpan.FromMilliseconds(1) ? new ValueTask(Task.Delay(rest, cancellationToken)) : ValueTask.CompletedTask;
    }

    /// <summary>The share after one look: quickly down, slowly up.</summary>
    internal static double Adapt(double share, double stall) => stall > MostStall ? Math.Max(Least, share * 0.6) : Math.Min(Most, share + 0.05);

    /// <summary>What of a time was work; a piece that took longer than a look counts as one, for it may have rested in its turns at the disk.</summary>
    internal static TimeSpan Worked(TimeSpan time, TimeSpan waited) =>
        TimeSpan.FromTicks(Math.Clamp((time - waited).Ticks, 0, Look.Ticks));

    private TimeSpan Next()
    {
        lock (_gate)
        {
            var works = Stopwatch.GetElapsedTime(_worksSince);

            // Who comes while the others rest, rests with them.
            if (works < Look)
                return works < TimeSpan.Zero ? -works : TimeSpan.Zero;
            var elapsed = Stopwatch.GetElapsedTime(_lookedAt);
            if (pressureFiles.Count > 0)
            {
                var stalled = pressureFiles.Max(Pressure.StalledMicroseconds);
                if (_stalled >= 0)
                    _share = Adapt(_share, (stalled - _stalled) / elapsed.TotalMicroseconds);
                _stalled = stalled;
            }

            var waitedNow = waited();
            var worked = Worked(works, waitedNow - _waited);
            _waited = waitedNow;
            var rest = worked / _share - worked;
            _lookedAt = Stopwatch.GetTimestamp();

            // Work begins when the rest is over: else all there was of it would be one piece between two rests.
            _worksSince = _lookedAt + (long)(rest.TotalSeconds * Stopwatch.Frequency);
            return rest;
        }
    }
}
