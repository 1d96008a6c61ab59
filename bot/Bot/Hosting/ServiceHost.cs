using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>The service, put together when a command first needs it: help and repository commands never pay for it.</summary>
internal sealed class ServiceHost(Settings settings, Func<ServiceOptions, ServiceOptions> adjust, TimeProvider time) : IAsyncDisposable
{
    public ServiceHost(Settings settings, TimeProvider time)
        : this(settings, options => options, time)
    {
    }

    private static readonly TimeSpan HeartbeatPatience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<ServiceNotice> _notices = [];
    private ServiceProvider? _provider;

    /// <summary>What a person should see, whatever the command was for.</summary>
    public IReadOnlyCollection<ServiceNotice> Notices => _notices;

    /// <summary>What a process that died had left and was healed when the service was first used.</summary>
    public IReadOnlyList<HealedOperation> Healed { get; private set; } = [];

    /// <summary>One of the service's classes. The first call heals what a killed owner left.</summary>
    public async Task<T> GetAsync<T>(CancellationToken cancellationToken)
        where T : notnull
    {
        if (_provider is null)
        {
            _provider = Build();
            Healed = await _provider.GetRequiredService<OperationClient>().HealAsync(cancellationToken);
        }

        return _provider.GetRequiredService<T>();
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }
    }

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddSnapshotService(adjust(new ServiceOptions
        {
            DataFolder = settings.DataFolder,
            Repository = settings.Repository,
            Password = settings.GivenPassword(),
            HostRoot = settings.HostRoot ?? "",
            Environment = settings.Variable,
            Notice = _notices.Enqueue,
        }));
        AddHeartbeat(services);
        return services.BuildServiceProvider();
    }

    private void AddHeartbeat(ServiceCollection services)
    {
        if (settings.Heartbeat() is not { } address)
        {
            return;
        }

        services.AddSingleton<IPeriodicWork>(provider => new Heartbeat(
            new HttpClient { Timeout = HeartbeatPatience }, address, () => provider.GetRequiredService<OperationServer>().Health, time));
    }
}
