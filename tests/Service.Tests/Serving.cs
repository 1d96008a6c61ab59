using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Service.Tests;

/// <summary>A serving process of a test, with a script for its operations.</summary>
internal sealed class Serving : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _ownsRoot;
    private Task<ServeEnding>? _serving;

    public Serving(Script script, string? root = null, IReadOnlyList<IPeriodicWork>? works = null)
    {
        _ownsRoot = root is null;
        Root = root ?? TestFolder.Make();
        Bench = new DataBench(
            services =>
            {
                Add(services, script);
                foreach (var work in works ?? [])
                    services.AddSingleton(work);
            },
            Root);
    }

    public string Root { get; }

    public DataBench Bench { get; }

    public List<string> Told { get; } = [];

    public Task Ready => _ready.Task;

    public static void Add(IServiceCollection services, Script script)
    {
        services.AddSingleton(script);
        services.AddSingleton(OperationKind.Of("test", TestJson.Default.TestRequest, TestJson.Default.TestOutcome));
        services.AddTransient<IOperationHandler<TestRequest, TestOutcome>, TestHandler>();
        services.AddSingleton(FactType.Of("test-fact", TestJson.Default.TestFact));
    }

    /// <summary>Another process on the same data folder.</summary>
    public ServiceProvider Beside(Script script) => DataBench.Build(Root, services => Add(services, script));

    public async Task StartAsync()
    {
        Begin();
        await Ready;
    }

    /// <summary>Starts one that has to wait, and comes back when it does.</summary>
    public async Task StartWaitingAsync()
    {
        Begin();
        await _waiting.Task;
    }

    public async Task<ServeEnding> StopAsync()
    {
        await _stop.CancelAsync();
        return await _serving!;
    }

    public OperationInfo Find(OperationId id) =>
        Bench.Get<OperationReads>().Find(id.Value).ShouldBeOfType<OperationFound.One>().Operation;

    public async Task<OperationInfo> EndOfAsync(OperationId id)
    {
        var last = Find(id);
        await foreach (var now in Bench.Get<OperationReads>().WatchAsync(id, DataBench.Cancel))
            last = now;
        return last;
    }

    public async ValueTask DisposeAsync()
    {
        if (_serving is not null)
            await StopAsync();
        _stop.Dispose();
        if (_ownsRoot)
            await Bench.DisposeAsync();
    }

    private void Begin() => _serving = Task.Run(() => Bench.Get<OperationServer>().RunAsync(
        told =>
        {
            Told.Add(told is ServeEvent.Ready ? "ready" : "waiting");
            (told is ServeEvent.Ready ? _ready : _waiting).TrySetResult();
            return Task.CompletedTask;
        },
        _stop.Token));
}

/// <summary>Periodic work that fails so many times first.</summary>
internal sealed class Periodic(string name, int failures) : IPeriodicWork
{
    private readonly SemaphoreSlim _ran = new(0);
    private int _times;

    public string Name => name;

    public TimeSpan Every => TimeSpan.FromMilliseconds(1);

    public Task RunAsync(CancellationToken cancellationToken)
    {
        _ran.Release();
        return Interlocked.Increment(ref _times) <= failures ? Task.FromException(new IOException("not now")) : Task.CompletedTask;
    }

    public async Task TimesAsync(int times)
    {
        for (var i = 0; i < times; i++)
            (await _ran.WaitAsync(TimeSpan.FromMinutes(1), DataBench.Cancel)).ShouldBeTrue();
    }
}
