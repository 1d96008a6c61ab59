using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>The whole service over a real engine and a data folder of its own.</summary>
internal sealed class ServiceBench : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private ServiceBench(EngineBench engine, string root, Func<ServiceOptions, ServiceOptions>? change, Action<IServiceCollection>? add, string? address)
    {
        Engine = engine;
        Root = root;
        _services = Build(root, address ?? engine.Test.Endpoint.Text, change ?? (options => options), add);
    }

    public EngineBench Engine { get; }

    /// <summary>A folder on the disk, for binds and the data folder.</summary>
    public string Root { get; }

    public IServiceProvider Services => _services;

    public OperationClient Operations => Get<OperationClient>();

    public SnapshotReads Snapshots => Get<SnapshotReads>();

    public SnapshotBrowser Browser => Get<SnapshotBrowser>();

    /// <summary>A bench on one of the engines.</summary>
    /// <param name="engine">Which engine.</param>
    /// <param name="change">Changes the options.</param>
    /// <param name="add">Adds services that are to be taken before the service's own.</param>
    /// <param name="address">Where the service finds the engine, when not where it is.</param>
    public static async Task<ServiceBench> OpenAsync(
        string engine, Func<ServiceOptions, ServiceOptions>? change = null, Action<IServiceCollection>? add = null, string? address = null) =>
        new(await EngineBench.OpenAsync(engine, Cancel), TestFolder.Make(), change, add, address);

    /// <summary>Over an engine of the test's own.</summary>
    public static async Task<ServiceBench> OpenAsync(TestEngine engine, Func<ServiceOptions, ServiceOptions>? change = null) =>
        new(await EngineBench.OpenAsync(engine, Cancel), TestFolder.Make(), change, null, null);

    /// <summary>An operation as the runner begins one, for what is tried without it. Its journal is the caller's.</summary>
    public OperationContext NewOperation()
    {
        var id = OperationId.New(TimeProvider.System);
        var folder = Get<DataFolder>();
        return new(
            id, new Requester("terminal:test"), folder.OperationPath(id), new Journal(folder, Get<FactTypes>(), id), new Progress<OperationProgress>(), Get<Recovery>());
    }

    public static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    public static ServiceProvider Build(string root, string engine, Func<ServiceOptions, ServiceOptions> change, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        add?.Invoke(services);
        services.AddSnapshotService(change(new ServiceOptions
        {
            DataFolder = Path.Combine(root, "sb-data"),
            StopGrace = TimeSpan.FromSeconds(10),
            HealthTime = TimeSpan.FromMilliseconds(300),
            GameBootTime = TimeSpan.FromMilliseconds(300),
            Countdown = TimeSpan.Zero,
            Environment = name => name == "DOCKER_HOST" ? engine : null,
        }));
        return services.BuildServiceProvider();
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Runs a request that must come to one of its endings.</summary>
    public async Task<TOutcome> RunAsync<TOutcome>(OperationRequest<TOutcome> request, IProgress<OperationProgress>? progress = null)
        where TOutcome : class =>
        await Operations.RunAsync(request, new Requester("terminal:test"), progress, Cancel) switch
        {
            OperationResult<TOutcome>.Ended ended => ended.Outcome,
            OperationResult<TOutcome>.Failed failed => throw new InvalidOperationException($"{failed.Failure.Code}: {failed.Failure.Message}"),
            _ => throw new InvalidOperationException("cancelled"),
        };

    public async Task<SnapshotInfo> SnapshotAsync(ServerId server, string? name = null) =>
        await RunAsync(new CreateSnapshot { Server = server, Name = name }) switch
        {
            CreateSnapshotOutcome.Created created => created.Snapshot,
            CreateSnapshotOutcome.Refused refused => throw new InvalidOperationException(refused.Refusal.ToString()),
            _ => throw new InvalidOperationException(),
        };

    public Task<ServerInfo> AddServerAsync(string name, params ContainerId[] containers) =>
        AddServerAsync(new AddServer { Name = name, Containers = [.. containers.Select(one => one.Value)] });

    public async Task<ServerInfo> AddServerAsync(AddServer request) => await Get<ServerChanges>().AddAsync(request, Cancel) switch
    {
        ServerOutcome.Added added => added.Server,
        var other => throw new InvalidOperationException(other.ToString()),
    };

    /// <summary>A container with a named volume at /data and a bind at /conf, running.</summary>
    public async Task<ContainerId> StartGameAsync(string suffix = "game", Func<ContainerBlueprint, ContainerBlueprint>? change = null)
    {
        Directory.CreateDirectory(Path.Combine(Root, "conf"));
        var blueprint = EngineBench.Sleeper with
        {
            Mounts =
            [
                BlueprintMount.Volume(Engine.Name("world"), "/data"),
                BlueprintMount.Bind(Path.Combine(Root, "conf"), "/conf"),
            ],
        };
        return await Engine.StartAsync(change?.Invoke(blueprint) ?? blueprint, suffix, Cancel);
    }

    /// <summary>Looks until something is so: the state of a container and of its group is only known by looking.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition();)
        {
            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(limit);
            await Task.Delay(20, Cancel);
        }
    }

    public Task<string> ShellAsync(ContainerId id, string line) => Engine.ShellAsync(id, line, Cancel);

    /// <summary>Whether players wait: the engine calls it paused, or the kernel holds it past the engine.</summary>
    public static bool StandsStill(ContainerDetails container) => container.State.IsPaused || ControlGroup.Of(container.State.ProcessId, "").IsFrozen;

    public async Task<ContainerDetails> InspectAsync(ContainerId id) => await Engine.Engine.Containers.InspectAsync(id, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Engine.DisposeAsync();
        TestFolder.Remove(Root);
    }
}

/// <summary>Scratch folders that tests make and remove.</summary>
internal static class TestFolder
{
    public static string Make() =>
        Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "sbt-" + RandomNumberGenerator.GetHexString(8, lowercase: true))).FullName;

    public static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
