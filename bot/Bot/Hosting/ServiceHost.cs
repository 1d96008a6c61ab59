using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>The service, put together when a command first needs it: help and repository commands never pay for it.</summary>
internal sealed class ServiceHost(Settings settings, Func<ServiceOptions, ServiceOptions> adjust, TimeProvider time) : IServiceHost
{
    public ServiceHost(Settings settings, TimeProvider time)
        : this(settings, options => options, time)
    {
    }

    private static readonly TimeSpan HeartbeatPatience = TimeSpan.FromSeconds(10);

    private ServiceProvider? _provider;
    private ScrubbedLog? _log;
    private bool _isHealed;

    public Action<ServiceNotice> Notice { get; set; } = _ => { };

    public IReadOnlyList<HealedOperation> Healed { get; private set; } = [];

    public ILoggerFactory Logs => (_provider ??= Build()).GetRequiredService<ILoggerFactory>();

    public void LogTo(TextWriter output) => _log = new ScrubbedLog(output, settings.Secrets(), time);

    public async Task<T> GetAsync<T>(CancellationToken cancellationToken)
        where T : notnull
    {
        var provider = _provider ??= Build();
        if (!_isHealed)
        {
            _isHealed = true;
            Healed = await provider.GetRequiredService<OperationClient>().HealAsync(cancellationToken);
        }

        return provider.GetRequiredService<T>();
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
        services.AddLogging(builder =>
        {
            if (_log is { } log)
            {
                _ = builder.AddProvider(log);
            }
        });
        services.AddSingleton(time);
        services.AddSnapshotService(adjust(new ServiceOptions
        {
            DataFolder = settings.DataFolder,
            Repository = settings.Repository,
            Password = settings.GivenPassword(),
            HostRoot = settings.HostRoot ?? "",
            PausesThroughEngine = settings.HostRoot is not null,
            Environment = settings.Variable,
            Notice = notice => Notice(notice),
        }));
        services.AddSingleton<IPeriodicWork, MemoryTrim>();
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
