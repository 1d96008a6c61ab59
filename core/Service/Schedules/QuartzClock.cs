using Quartz;
using Quartz.Extensibility;

namespace SnapshotBot.Service.Schedules;

/// <summary>
/// Quartz as an alarm clock, in memory: one trigger a schedule that fires once. Never one of its calendars, whose rules for the changes of the
/// clocks are others than ours.
/// </summary>
internal sealed class QuartzClock : IAlarmClock
{
    private static readonly JobKey Alarm = new("alarm");

    private readonly IScheduler _scheduler;
    private readonly TimeProvider _time;

    private QuartzClock(IScheduler scheduler, TimeProvider time)
    {
        _scheduler = scheduler;
        _time = time;
    }

    public async Task SetAsync(ScheduleId schedule, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var trigger = TriggerBuilder.Create(_time)
            .WithIdentity(KeyOf(schedule))
            .ForJob(Alarm)
            .StartAt(at)
            .WithSimpleSchedule(simple => simple.WithRepeatCount(0).WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow))
            .Build();
        await _scheduler.ScheduleTrigger(trigger, TriggerConflict.Replace, cancellationToken);
    }

    public async Task CancelAsync(ScheduleId schedule, CancellationToken cancellationToken) =>
        await _scheduler.UnscheduleJob(KeyOf(schedule), cancellationToken);

    public async ValueTask DisposeAsync() => await _scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);

    private static TriggerKey KeyOf(ScheduleId schedule) => new(schedule.Value);

    /// <summary>Starts clocks.</summary>
    internal sealed class Factory(TimeProvider time) : IAlarmClocks
    {
        private const int Threads = 8;

        public async Task<IAlarmClock> StartAsync(Func<ScheduleId, Task> ring, CancellationToken cancellationToken)
        {
            var scheduler = await QuartzSchedulerBuilder.Create(quartz => quartz
                .UseTimeProvider(time)
                .UseInMemoryStore(_ => { })
                .UseDefaultThreadPool(Threads)
                .UseJobFactory(new Jobs(ring))).BuildScheduler(cancellationToken);
            await scheduler.AddJob(JobBuilder.Create<Job>().WithIdentity(Alarm).StoreDurably().Build(), new AddJobOptions(), cancellationToken);
            await scheduler.Start(cancellationToken);
            return new QuartzClock(scheduler, time);
        }
    }

    private sealed class Jobs(Func<ScheduleId, Task> ring) : IJobFactory
    {
        public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken = default) =>
            new(new JobScope(new Job(ring), null));

        public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }

    private sealed class Job(Func<ScheduleId, Task> ring) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await ring(new ScheduleId(context.Trigger.Key.Name));
    }
}
