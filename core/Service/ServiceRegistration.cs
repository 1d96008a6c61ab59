using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Catalog;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Guilds;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Schedules;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;

namespace SnapshotBot.Service;

/// <summary>Puts the service together.</summary>
public static class ServiceRegistration
{
    /// <summary>Adds everything the service offers: reads as classes called where they are, changes as requests for <see cref="OperationClient"/>.
    /// Nothing is opened before it is used. Needs logging.</summary>
    public static IServiceCollection AddSnapshotService(this IServiceCollection services, ServiceOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(new DataFolder(options.DataFolder));
        services.AddSingleton<CatalogStore>();
        services.AddOperations();
        services.AddServers();
        services.AddGames();
        services.AddSchedules();
        services.AddSnapshots();
        services.AddCapture();
        services.AddRestore();
        services.AddUpkeep();
        services.AddGuilds();
        services.AddDuplicates();
        return services;
    }

    private static void AddServers(this IServiceCollection services)
    {
        services.AddSingleton<EngineConnection>();
        services.AddSingleton<ServerStore>();
        services.AddSingleton<ContainerLocator>();
        services.AddSingleton<RunState>();
        services.AddSingleton(provider => new ServerReads(
            provider.GetRequiredService<ServerStore>(),
            provider.GetRequiredService<CatalogStore>(),
            provider.GetRequiredService<EngineConnection>(),
            provider.GetRequiredService<GameProfiles>()));
        services.AddSingleton(provider => new ServerChanges(
            provider.GetRequiredService<ServerStore>(),
            provider.GetRequiredService<ServerReads>(),
            provider.GetRequiredService<EngineConnection>(),
            provider.GetRequiredService<GameProfiles>()));
        foreach (var name in (string[])[RunServer.StartKind, RunServer.StopKind, RunServer.RestartKind])
            services.AddSingleton(OperationKind.Of(name, ServersJson.Default.RunServer, ServersJson.Default.RunServerOutcome));
        services.AddTransient<IOperationHandler<RunServer, RunServerOutcome>, RunServerHandler>();
        services.AddSingleton(FactType.Of("container-paused", ServersJson.Default.ContainerPaused));
        services.AddSingleton(FactType.Of("container-stopped", ServersJson.Default.ContainerStopped));
        services.AddSingleton(FactType.Of("container-started", ServersJson.Default.ContainerStarted));
        services.AddSingleton(FactType.Of("restart-policy-held", ServersJson.Default.RestartPolicyHeld));
    }

    private static void AddGames(this IServiceCollection services)
    {
        services.AddSingleton<GameProfiles>();
        services.AddSingleton<GameFinder>();
        services.AddSingleton(FactType.Of("game-held", GamesJson.Default.GameHeld));
    }

    private static void AddSnapshots(this IServiceCollection services)
    {
        services.AddSingleton<RepositoryAccess>();
        services.AddSingleton<SnapshotView>();
        services.AddSingleton<SnapshotStore>();
        services.AddSingleton<SnapshotEditor>();
        services.AddSingleton<SnapshotVerifier>();
        services.AddSingleton(provider => new SnapshotReads(
            provider.GetRequiredService<RepositoryAccess>(),
            provider.GetRequiredService<SnapshotView>(),
            provider.GetRequiredService<SnapshotStore>(),
            provider.GetRequiredService<ServerReads>()));
        services.AddSingleton(provider => new SnapshotNames(provider.GetRequiredService<CatalogStore>()));
        services.AddSingleton(provider => new SnapshotBrowser(
            provider.GetRequiredService<RepositoryAccess>(), provider.GetRequiredService<SnapshotStore>(), provider.GetRequiredService<GameFinder>()));

        var json = SnapshotsJson.Default;
        services.AddSingleton(OperationKind.Of(LockSnapshot.KindText, json.LockSnapshot, json.ChangeSnapshotOutcome));
        services.AddSingleton(OperationKind.Of(UnlockSnapshot.KindText, json.UnlockSnapshot, json.ChangeSnapshotOutcome));
        services.AddSingleton(OperationKind.Of(RenameSnapshot.KindText, json.RenameSnapshot, json.ChangeSnapshotOutcome));
        services.AddSingleton(OperationKind.Of(NoteSnapshot.KindText, json.NoteSnapshot, json.ChangeSnapshotOutcome));
        services.AddSingleton(OperationKind.Of(DeleteSnapshot.KindText, json.DeleteSnapshot, json.DeleteSnapshotOutcome));
        services.AddSingleton(OperationKind.Of(VerifySnapshot.KindText, json.VerifySnapshot, json.VerifySnapshotOutcome));
        services.AddSingleton(OperationKind.Of(RebuildCatalog.KindText, json.RebuildCatalog, json.RebuildCatalogOutcome));
        services.AddTransient<IOperationHandler<LockSnapshot, ChangeSnapshotOutcome>, ChangeSnapshotHandler>();
        services.AddTransient<IOperationHandler<UnlockSnapshot, ChangeSnapshotOutcome>, ChangeSnapshotHandler>();
        services.AddTransient<IOperationHandler<RenameSnapshot, ChangeSnapshotOutcome>, ChangeSnapshotHandler>();
        services.AddTransient<IOperationHandler<NoteSnapshot, ChangeSnapshotOutcome>, ChangeSnapshotHandler>();
        services.AddTransient<IOperationHandler<DeleteSnapshot, DeleteSnapshotOutcome>, DeleteSnapshotHandler>();
        services.AddTransient<IOperationHandler<VerifySnapshot, VerifySnapshotOutcome>, VerifySnapshotHandler>();
        services.AddTransient<IOperationHandler<RebuildCatalog, RebuildCatalogOutcome>, RebuildCatalogHandler>();
    }

    private static void AddCapture(this IServiceCollection services)
    {
        services.AddSingleton<HostFiles>();
        services.AddSingleton<Inspector>();
        services.AddSingleton<VolumePins>();
        services.AddSingleton(provider => new FirstSnapshots(
            provider.GetRequiredService<Inspector>(), provider.GetRequiredService<HostFiles>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<FreezeWindow>();
        services.AddSingleton<MomentReader>();
        services.AddSingleton<AliveFacts>();
        services.TryAddSingleton(new CaptureRules());
        services.AddSingleton<CaptureWorkflow>();
        services.AddSingleton(OperationKind.Of(CreateSnapshot.KindText, SnapshotsJson.Default.CreateSnapshot, SnapshotsJson.Default.CreateSnapshotOutcome));
        services.AddTransient<IOperationHandler<CreateSnapshot, CreateSnapshotOutcome>, CreateSnapshotHandler>();
        services.AddSingleton<SnapshotsMade>();
        services.AddSingleton(FactType.Of("snapshot-begun", SnapshotsJson.Default.SnapshotBegun));
    }

    private static void AddRestore(this IServiceCollection services)
    {
        services.AddSingleton<PartResolver>();
        services.AddSingleton<RestorePlanner>();
        services.AddSingleton<PlayerCountdown>();
        services.AddSingleton<ServerHalt>();
        services.AddSingleton<Helpers>();
        services.AddSingleton<Sidecars>();
        services.AddSingleton<StandIns>();
        services.AddSingleton<NewLayerFinder>();
        services.AddSingleton<Recreation>();
        services.AddSingleton<FolderFill>();
        services.AddSingleton<HealthWatch>();
        services.AddSingleton<WorldReturn>();
        services.AddSingleton<DowntimeForecast>();
        services.AddSingleton<RestoreWorkflow>();
        services.AddSingleton(provider => new RestorePreview(
            provider.GetRequiredService<RestorePlanner>(),
            provider.GetRequiredService<RepositoryAccess>(),
            provider.GetRequiredService<HostFiles>(),
            provider.GetRequiredService<DowntimeForecast>(),
            provider.GetRequiredService<GameFinder>(),
            provider.GetRequiredService<PlayHistory>(),
            provider.GetRequiredService<SettingReads>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PartReads(
            provider.GetRequiredService<RepositoryAccess>(), provider.GetRequiredService<SnapshotStore>(), provider.GetRequiredService<GameFinder>()));
        services.AddSingleton(provider => new SnapshotComparison(
            provider.GetRequiredService<RepositoryAccess>(),
            provider.GetRequiredService<SnapshotStore>(),
            provider.GetRequiredService<Inspector>(),
            provider.GetRequiredService<HostFiles>(),
            provider.GetRequiredService<GameFinder>()));
        services.AddSingleton(OperationKind.Of(RestoreSnapshot.KindText, RestoreJson.Default.RestoreSnapshot, RestoreJson.Default.RestoreOutcome));
        services.AddTransient<IOperationHandler<RestoreSnapshot, RestoreOutcome>, RestoreSnapshotHandler>();
        services.AddSingleton(provider => new RestoreReads(
            provider.GetRequiredService<SnapshotReads>(),
            provider.GetRequiredService<SnapshotStore>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(OperationKind.Of(UndoRestore.KindText, RestoreJson.Default.UndoRestore, RestoreJson.Default.RestoreOutcome));
        services.AddTransient<IOperationHandler<UndoRestore, RestoreOutcome>, UndoRestoreHandler>();
        services.AddSingleton(FactType.Of("staging-made", RestoreJson.Default.StagingMade));
        services.AddSingleton(FactType.Of("files-swapped", RestoreJson.Default.FilesSwapped));
        services.AddSingleton(FactType.Of("volume-made", RestoreJson.Default.VolumeMade));
        services.AddSingleton(FactType.Of("network-made", RestoreJson.Default.NetworkMade));
        services.AddSingleton(FactType.Of("container-made", RestoreJson.Default.ContainerMade));
        services.AddSingleton(FactType.Of("container-renamed", RestoreJson.Default.ContainerRenamed));
        services.AddSingleton(FactType.Of("container-replaced", RestoreJson.Default.ContainerReplaced));
        services.AddSingleton(FactType.Of("helper-started", RestoreJson.Default.HelperStarted));
        services.AddSingleton(FactType.Of("image-loaded", RestoreJson.Default.ImageLoaded));
        services.AddSingleton(FactType.Of("folder-made", RestoreJson.Default.FolderMade));
        services.AddSingleton(FactType.Of("stand-in-made", RestoreJson.Default.StandInMade));
        services.AddSingleton(FactType.Of("layer-lent", RestoreJson.Default.LayerLent));
    }

    private static void AddDuplicates(this IServiceCollection services)
    {
        services.AddSingleton<DuplicateStore>();
        services.AddSingleton<DuplicatePlanner>();
        services.AddSingleton<DuplicateMaker>();
        services.AddSingleton<DuplicateRemoval>();
        services.AddSingleton<IPeriodicWork, DuplicateEnds>();
        services.AddSingleton<IPeriodicWork, IdleConnections>();
        services.AddSingleton(provider => new DuplicateChanges(
            provider.GetRequiredService<DuplicateStore>(), provider.GetRequiredService<ServerStore>(), provider.GetRequiredService<ServerReads>()));

        var json = DuplicatesJson.Default;
        services.AddSingleton(OperationKind.Of(DuplicateSnapshot.KindText, json.DuplicateSnapshot, json.DuplicateOutcome));
        services.AddSingleton(OperationKind.Of(RemoveDuplicate.KindText, json.RemoveDuplicate, json.RemoveDuplicateOutcome));
        services.AddSingleton(OperationKind.Of(EndDuplicate.KindText, json.EndDuplicate, json.EndDuplicateOutcome));
        services.AddSingleton(OperationKind.Of(PublishImage.KindText, json.PublishImage, json.PublishImageOutcome));
        services.AddTransient<IOperationHandler<DuplicateSnapshot, DuplicateOutcome>, DuplicateSnapshotHandler>();
        services.AddTransient<IOperationHandler<RemoveDuplicate, RemoveDuplicateOutcome>, RemoveDuplicateHandler>();
        services.AddTransient<IOperationHandler<EndDuplicate, EndDuplicateOutcome>, EndDuplicateHandler>();
        services.AddTransient<IOperationHandler<PublishImage, PublishImageOutcome>, PublishImageHandler>();
        services.AddSingleton(FactType.Of("duplicate-container-made", json.DuplicateContainerMade));
        services.AddSingleton(FactType.Of("duplicate-volume-made", json.DuplicateVolumeMade));
        services.AddSingleton(FactType.Of("duplicate-network-made", json.DuplicateNetworkMade));
        services.AddSingleton(FactType.Of("duplicate-server-made", json.DuplicateServerMade));
        services.AddSingleton(FactType.Of("duplicate-removed", json.DuplicateRemoved));
        services.AddSingleton(FactType.Of("image-container-made", json.ImageContainerMade));
        services.AddSingleton(FactType.Of("image-committed", json.ImageCommitted));
        services.AddSingleton(FactType.Of("image-published", json.ImagePublished));
    }

    private static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<OperationKinds>();
        services.AddSingleton<FactTypes>();
        services.AddSingleton<OperationQueue>();
        services.AddSingleton<Gates>();
        services.AddSingleton<Recovery>();
        services.AddSingleton<Runner>();
        services.AddSingleton<PeriodicLoops>();
        services.AddSingleton(provider => new OperationServer(
            provider.GetRequiredService<CatalogStore>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<Runner>(),
            provider.GetRequiredService<Recovery>(),
            provider.GetRequiredService<PeriodicLoops>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OperationServer>>()));
        services.AddSingleton(provider => new OperationFeed(
            provider.GetRequiredService<CatalogStore>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new OperationClient(
            provider.GetRequiredService<DataFolder>(),
            provider.GetRequiredService<CatalogStore>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<OperationKinds>(),
            provider.GetRequiredService<Runner>(),
            provider.GetRequiredService<Recovery>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new OperationReads(
            provider.GetRequiredService<CatalogStore>(),
            provider.GetRequiredService<OperationQueue>(),
            provider.GetRequiredService<OperationKinds>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
