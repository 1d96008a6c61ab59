using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>Puts upkeep together.</summary>
internal static class UpkeepRegistration
{
    public static void AddUpkeep(this IServiceCollection services)
    {
        services.TryAddSingleton<IScheduleFacts, NoScheduleFacts>();
        services.AddSingleton<DiskProbe>();
        services.AddSingleton<UpkeepSettings>();
        services.AddSingleton<Marks>();
        services.AddSingleton<Holds>();
        services.AddSingleton<ServerSizes>();
        services.AddSingleton<LastGoodGuard>();
        services.AddSingleton<ContainerEnds>();
        services.AddSingleton<CrashWatch>();
        services.AddSingleton<ReadTurns>();
        services.AddSingleton<PruneTurns>();
        services.AddSingleton<SecondCopy>();
        services.AddSingleton<OwnDisk>();
        services.AddSingleton<DeletedSnapshots>();
        services.AddSingleton<CatalogTables>();
        services.AddSingleton<SettingsKeeper>();
        services.AddSingleton<BootClone>();
        services.AddSingleton<IPeriodicWork, GuardRounds>();
        services.AddSingleton<IPeriodicWork>(provider => provider.Of<ContainerEnds>());
        services.AddSingleton<UpkeepFailures>();
        services.AddSingleton<IPeriodicWork, DiskRounds>();
        services.AddSingleton<IPeriodicWork, WorkRounds>();
        services.AddReads();
        services.AddChanges();
    }

    private static void AddReads(this IServiceCollection services)
    {
        services.AddSingleton(provider => new Incidents(provider.Of<CatalogStore>(), provider.Of<ServerStore>(), provider.Of<TimeProvider>()));
        services.AddSingleton(provider => new GoodSnapshots(provider.Of<SnapshotStore>(), provider.Of<LastGoodGuard>()));
        services.AddSingleton(provider => new DeletedReads(provider.Of<DeletedSnapshots>()));
        services.AddSingleton(provider => new DiskReads(
            provider.Of<RepositoryAccess>(), provider.Of<CatalogStore>(), provider.Of<DiskProbe>(), provider.Of<TimeProvider>()));
        services.AddSingleton(provider => new RetentionReads(
            provider.Of<ServerStore>(), provider.Of<SnapshotReads>(), provider.Of<SnapshotStore>(), provider.Of<UpkeepSettings>(),
            provider.Of<IScheduleFacts>(), provider.Of<OperationQueue>(), provider.Of<Holds>(), provider.Of<TimeProvider>()));
        services.AddSingleton(provider => new ServerRetention(provider.Of<CatalogStore>(), provider.Of<UpkeepSettings>(), provider.Of<ServerStore>()));
        services.AddSingleton(provider => new StorageReads(
            provider.Of<RepositoryAccess>(), provider.Of<SnapshotReads>(), provider.Of<CatalogStore>(), provider.Of<UpkeepSettings>(),
            provider.Of<SecondCopy>(), provider.Of<DiskReads>(), provider.Of<ReadTurns>(), provider.Of<Incidents>(), provider.Of<OwnDisk>()));
        services.AddSingleton(provider => new FreshnessReads(
            provider.Of<SnapshotReads>(), provider.Of<RetentionReads>(), provider.Of<ServerReads>(), provider.Of<IScheduleFacts>(),
            provider.Of<Holds>(), provider.Of<SecondCopy>(), provider.Of<OwnDisk>(), provider.Of<DiskReads>()));
    }

    private static void AddChanges(this IServiceCollection services)
    {
        var json = UpkeepJson.Default;
        services.AddSingleton(OperationKind.Of(ExpireSnapshots.KindText, json.ExpireSnapshots, json.ExpireSnapshotsOutcome));
        services.AddSingleton(OperationKind.Of(PruneRepository.KindText, json.PruneRepository, json.PruneRepositoryOutcome));
        services.AddSingleton(OperationKind.Of(CheckRepository.KindText, json.CheckRepository, json.CheckRepositoryOutcome));
        services.AddSingleton(OperationKind.Of(CopyRepository.KindText, json.CopyRepository, json.CopyRepositoryOutcome));
        services.AddSingleton(OperationKind.Of(ExportSnapshot.KindText, json.ExportSnapshot, json.ExportSnapshotOutcome));
        services.AddSingleton(OperationKind.Of(ResumeServer.KindText, json.ResumeServer, json.ResumeServerOutcome));
        services.AddSingleton(OperationKind.Of(UndeleteSnapshot.KindText, json.UndeleteSnapshot, json.UndeleteSnapshotOutcome));
        services.AddTransient<IOperationHandler<ExpireSnapshots, ExpireSnapshotsOutcome>, ExpireSnapshotsHandler>();
        services.AddTransient<IOperationHandler<PruneRepository, PruneRepositoryOutcome>, PruneRepositoryHandler>();
        services.AddTransient<IOperationHandler<CheckRepository, CheckRepositoryOutcome>, CheckRepositoryHandler>();
        services.AddTransient<IOperationHandler<CopyRepository, CopyRepositoryOutcome>, CopyRepositoryHandler>();
        services.AddTransient<IOperationHandler<ExportSnapshot, ExportSnapshotOutcome>, ExportSnapshotHandler>();
        services.AddTransient<IOperationHandler<ResumeServer, ResumeServerOutcome>, ResumeServerHandler>();
        services.AddTransient<IOperationHandler<UndeleteSnapshot, UndeleteSnapshotOutcome>, UndeleteSnapshotHandler>();
        services.AddSingleton(OperationKind.Of(ProveBoot.KindText, json.ProveBoot, json.ProveBootOutcome));
        services.AddSingleton(OperationKind.Of(KeepSettings.KindText, json.KeepSettings, json.KeepSettingsOutcome));
        services.AddTransient<IOperationHandler<ProveBoot, ProveBootOutcome>, ProveBootHandler>();
        services.AddTransient<IOperationHandler<KeepSettings, KeepSettingsOutcome>, KeepSettingsHandler>();
        services.AddSingleton(FactType.Of("clone-made", GuardJson.Default.CloneMade));
        services.AddSingleton(FactType.Of("export-begun", GuardJson.Default.ExportBegun));
    }

    private static T Of<T>(this IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();
}
