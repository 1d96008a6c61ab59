using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Duplicates;

/// <summary>Looks after duplicates with an end: asks for their stop when it has come, and for their removal a day later.</summary>
internal sealed class DuplicateEnds(
    DuplicateStore duplicates, ServerStore servers, ContainerLocator locator, OperationClient operations, TimeProvider time) : IPeriodicWork
{
    /// <summary>How long a duplicate that was stopped at its end stays, for somebody to keep it.</summary>
    public static readonly TimeSpan KeptStopped = TimeSpan.FromDays(1);

    private static readonly Requester Ours = new("duplicates");

    public string Name => "duplicates";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var duplicate in duplicates.All())
        {
            if (duplicate.EndsAt is not { } ends || ends > now)
                continue;
            if (duplicate.StoppedAt is not { } stopped)
                await operations.EnqueueAsync(new EndDuplicate(duplicate.Server), Ours, Key("end", duplicate.Server, ends, now), cancellationToken);
            else if (stopped + KeptStopped <= now && await IsStoppedAsync(duplicate.Server, cancellationToken))
                await operations.EnqueueAsync(new RemoveDuplicate(duplicate.Server, stopped), Ours, Key("remove", duplicate.Server, stopped, now), cancellationToken);
        }
    }

    /// <summary>One key an end and an hour, so that a minute later it is not asked for again, but one that failed is.</summary>
    private static string Key(string what, ServerId server, DateTimeOffset at, DateTimeOffset now) =>
        $"duplicate:{what}:{server.Value}:{at.UtcTicks}:{now.UtcTicks / TimeSpan.TicksPerHour}";

    /// <summary>Somebody who started it again is using it.</summary>
    private async Task<bool> IsStoppedAsync(ServerId id, CancellationToken cancellationToken) =>
        servers.Find(id) is { } server
        && (await locator.LocateAsync(server, cancellationToken)).All(one => one.State is ServerState.Stopped or ServerState.Missing);
}
