using System.Diagnostics;
using SnapshotBot.Storage.FileSystem;

namespace SnapshotBot.Storage.Archiving;

/// <summary>
/// Lets a courteous pass rest while those it shares the machine with wait: the share of time it works falls when the kernel says that they
/// stall for processor or disk, and rises again when they don't.
/// </summary>
internal sealed class CourteousPace(IReadOnlyList<string> pressureFiles)
{
    private const double Least = 0.1;

    /// <summary>More than one part in twenty spent waiting is felt.</summary>
    private const double MostStall = 0.05;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private long _lookedAt = Stopwatch.GetTimestamp();
    private long _worksSince = Stopwatch.GetTimestamp();
    private long _stalled = -1;
    private double _share = 1;

    /// <summary>Called after every piece of work; rests when it is time to.</summary>
    public ValueTask RestAsync(CancellationToken cancellationToken)
    {
        if (pressureFiles.Count == 0 || Stopwatch.GetElapsedTime(Volatile.Read(ref _worksSince)) < Look)
            return ValueTask.CompletedTask;
        var rest = Next();
        return rest > TimeSpan.FromMilliseconds(1) ? new ValueTask(Task.Delay(rest, cancellationToken)) : ValueTask.CompletedTask;
    }

    /// <summary>The share after one look: quickly down, slowly up.</summary>
    internal static double Adapt(double share, double stall) => stall > MostStall ? Math.Max(Least, share * 0.6) : Math.Min(1, share + 0.05);

    private TimeSpan Next()
    {
        lock (_gate)
        {
            if (Stopwatch.GetElapsedTime(_worksSince) < Look)
                return TimeSpan.Zero;
            var elapsed = Stopwatch.GetElapsedTime(_lookedAt);
            var stalled = pressureFiles.Max(Pressure.StalledMicroseconds);
            if (_stalled >= 0)
                _share = Adapt(_share, (stalled - _stalled) / elapsed.TotalMicroseconds);
            _stalled = stalled;
            var rest = Look * (1 / _share) - Look;
            rest = rest < LongestRest ? rest : LongestRest;
            _lookedAt = Stopwatch.GetTimestamp();

            // Work begins when the rest is over: else all there was of it would be one piece between two rests.
            _worksSince = _lookedAt + (long)(rest.TotalSeconds * Stopwatch.Frequency);
            return rest;
        }
    }
}
