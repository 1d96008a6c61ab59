using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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

    private ServiceProvider? _provider;
    private ScrubbedLog? _log;
    private bool _isHealed;

    /// <summary>Told at once what a person should see, whatever the command was for; on any thread.</summary>
    public Action<ServiceNotice> Notice { get; set; } = _ => { };

    /// <summary>What a process that died had left and was healed when the service was first used.</summary>
    public IReadOnlyList<HealedOperation> Healed { get; private set; } = [];

    /// <summary>Makes loggers; they write nothing unless <see cref="LogTo"/> was called first.</summary>
    public ILoggerFactory Logs => (_provider ??= Build()).GetRequiredService<ILoggerFactory>();

    /// <summary>From the first use on, what happens is logged there, without secrets.</summary>
    public void LogTo(TextWriter output) => _log = new ScrubbedLog(output, settings.Secrets(), time);

    /// <summary>One of the service's classes. The first call heals what a killed owner left.</summary>
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
