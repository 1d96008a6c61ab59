using Microsoft.Extensions.Logging;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;

namespace SnapshotBot.Bot.Hosting;

/// <summary>What commands work on beside a repository: game servers, their catalog, the engine.</summary>
internal interface IServiceHost : IAsyncDisposable
{
    /// <summary>Told at once what a person should see, whatever the command was for; on any thread.</summary>
    Action<ServiceNotice> Notice { get; set; }

    /// <summary>What a process that died had left and was healed when the service was first used.</summary>
    IReadOnlyList<HealedOperation> Healed { get; }

    /// <summary>Makes loggers; they write nothing unless <see cref="LogTo"/> was called first.</summary>
    ILoggerFactory Logs { get; }

    /// <summary>From the first use on, what happens is logged there, without secrets.</summary>
    void LogTo(TextWriter output);

    /// <summary>One of the service's classes. The first call heals what a killed owner left.</summary>
    Task<T> GetAsync<T>(CancellationToken cancellationToken)
        where T : notnull;
}
