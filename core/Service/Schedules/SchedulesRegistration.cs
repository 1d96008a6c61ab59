using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service.Schedules;

/// <summary>Puts the schedules together.</summary>
internal static class SchedulesRegistration
{
    /// <summary>So many scheduled snapshots of one engine at once, however many are due: each reads disks that games play on.</summary>
    private static readonly OperationLane Lane = new("schedules", 3);

    public static IServiceCollection AddSchedules(this IServiceCollection services)
    {
        services.AddSingleton<ScheduleStore>();
        services.AddSingleton<Occurrences>();
        services.AddSingleton<IScheduleFacts, ScheduleFacts>();
        services.AddSingleton<PlayHistory>();
        services.AddSingleton<IPlayerQueries, PlayerQueries>();
        services.AddSingleton<IAlarmClocks, QuartzClock.Factory>();
        services.AddSingleton<IPeriodicWork, ScheduleRounds>();
        services.AddSingleton<IPeriodicWork, PlayerSampling>();
        services.AddSingleton(provider => new ScheduleRuns(provider.GetRequiredService<CatalogStore>()));
        services.AddSingleton(provider => new ScheduleReads(
            provider.GetRequiredService<ScheduleStore>(),
            provider.GetRequiredService<ServerStore>(),
            provider.GetRequiredService<ScheduleRuns>(),
            provider.GetRequiredService<RetentionReads>(),
            provider.GetRequiredService<CatalogStore>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new ScheduleChanges(
            provider.GetRequiredService<ScheduleStore>(),
            provider.GetRequiredService<ScheduleReads>(),
            provider.GetRequiredService<ServerStore>(),
            provider.GetRequiredService<IPlayerQueries>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(OperationKind.Of(RunSchedule.KindText, Lane, SchedulesJson.Default.RunSchedule, SchedulesJson.Default.RunScheduleOutcome));
        services.AddTransient<IOperationHandler<RunSchedule, RunScheduleOutcome>, RunScheduleHandler>();
        return services;
    }
}
