using System.Diagnostics;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Lets a courteous pass work a third of the time, all of its threads together, and less while those it shares the machine with wait: that share falls
/// when the kernel says that they stall for processor or disk, and rises again when they don't. Where the kernel does not say it stays.
/// </summary>
internal sealed class CourteousPace(IReadOnlyList<string> pressureFiles)
{
    private const double Least = 0.1;

    /// <summary>Not all of it even where nobody seems to wait: a tick that finds the cores and the disk at work is later than one that doesn't.</summary>
    private const double Most = 1.0 / 3;

    /// <summary>More than one part in twenty spent waiting is felt.</summary>
    private const double MostStall = 0.05;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private long _lookedAt = Stopwatch.GetTimestamp();
    private long _worksSince = Stopwatch.GetTimestamp();
    private long _stalled = -1;
    private double _share = Most;

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

            var rest = Look * (1 / _share) - Look;
            _lookedAt = Stopwatch.GetTimestamp();

            // Work begins when the rest is over: else all there was of it would be one piece between two rests.
            _worksSince = _lookedAt + (long)(rest.TotalSeconds * Stopwatch.Frequency);
            return rest;
        }
    }
}
