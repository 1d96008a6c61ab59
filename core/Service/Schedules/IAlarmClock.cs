namespace SnapshotBot.Service.Schedules;

/// <summary>Rings once for each schedule at the instant it was set to. Knows no calendar: what comes after is set again by whoever is rung for.</summary>
internal interface IAlarmClock : IAsyncDisposable
{
    /// <summary>Sets a schedule's one alarm, in place of the one it had. One in the past rings at once.</summary>
    Task SetAsync(ScheduleId schedule, DateTimeOffset at, CancellationToken cancellationToken);

    Task CancelAsync(ScheduleId schedule, CancellationToken cancellationToken);
}

/// <summary>Makes the alarm clock of a serving process.</summary>
internal interface IAlarmClocks
{
    /// <summary>A clock that runs.</summary>
    /// <param name="ring">Called for each alarm, several at once; what it throws is its own affair and stops nobody else's.</param>
    /// <param name="cancellationToken">Gives up starting it.</param>
    Task<IAlarmClock> StartAsync(Func<ScheduleId, Task> ring, CancellationToken cancellationToken);
}
