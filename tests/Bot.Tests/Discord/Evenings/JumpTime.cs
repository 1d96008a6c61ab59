namespace SnapshotBot.Bot.Tests.Discord.Evenings;

/// <summary>
/// Time as it is, that can be moved on: what would have come due meanwhile comes due at once, as on a machine that slept. It never goes back.
/// </summary>
internal sealed class JumpTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly HashSet<JumpTimer> _timers = [];
    private TimeSpan _ahead;

    private TimeSpan Ahead
    {
        get
        {
            lock (_lock)
            {
                return _ahead;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);

    /// <summary>Moves on by so much.</summary>
    public void Jump(TimeSpan by)
    {
        List<JumpTimer> timers;
        lock (_lock)
        {
            _ahead += by;
            timers = [.. _timers];
        }

        timers.ForEach(timer => timer.Jumped(by));
    }

    /// <summary>Moves on to the next time the clock of a zone says this.</summary>
    public void JumpTo(TimeOnly clock, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(GetUtcNow(), zone);
        var day = TimeOnly.FromTimeSpan(local.TimeOfDay) < clock ? local.Date : local.Date.AddDays(1);
        var at = day + clock.ToTimeSpan();
        Jump(new DateTimeOffset(at, zone.GetUtcOffset(at)) - GetUtcNow());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new JumpTimer(this, callback, state);
        lock (_lock)
        {
            _ = _timers.Add(timer);
        }

        _ = timer.Change(dueTime, period);
        return timer;
    }

    private sealed class JumpTimer : ITimer
    {
        private readonly JumpTime _time;
        private readonly Lock _own = new();
        private readonly ITimer _inner;
        private long? _due;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public JumpTimer(JumpTime time, TimerCallback callback, object? state)
        {
            _time = time;
            _inner = System.CreateTimer(
                _ =>
                {
                    Rang();
                    callback(state);
                },
                null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_own)
            {
                _period = period;
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : System.GetTimestamp() + Ticks(dueTime);
            }

            return _inner.Change(dueTime, period);
        }

        /// <summary>What is due earlier now rings earlier.</summary>
        public void Jumped(TimeSpan by)
        {
            lock (_own)
            {
                if (_due is not { } due)
                {
                    return;
                }

                var now = System.GetTimestamp();
                _due = Math.Max(now, due - Ticks(by));
                _ = _inner.Change(System.GetElapsedTime(now, _due.Value), _period);
            }
        }

        public void Dispose()
        {
            lock (_time._lock)
            {
                _ = _time._timers.Remove(this);
            }

            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Rang()
        {
            lock (_own)
            {
                _due = _period == Timeout.InfiniteTimeSpan || _period == TimeSpan.Zero ? null : System.GetTimestamp() + Ticks(_period);
            }
        }

        private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * System.TimestampFrequency);
    }
}
