using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>Stands where no command asks for a service.</summary>
internal sealed class NoServiceHost : IServiceHost
{
    public Action<ServiceNotice> Notice { get; set; } = _ => { };

    public IReadOnlyList<HealedOperation> Healed => [];

    public ILoggerFactory Logs => NullLoggerFactory.Instance;

    public void LogTo(TextWriter output)
    {
    }

    public Task<T> GetAsync<T>(CancellationToken cancellationToken)
        where T : notnull => throw new InvalidOperationException($"A command asked for {typeof(T).Name} in a program that has repositories alone.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
