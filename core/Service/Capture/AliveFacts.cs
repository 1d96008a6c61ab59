using SnapshotBot.Engine;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Servers;

namespace SnapshotBot.Service.Capture;

/// <summary>Asks what can be known of a server only while it runs. That nobody can tell ends no snapshot.</summary>
internal sealed class AliveFacts(EngineConnection connection, TimeProvider time)
{
    private static readonly TimeSpan MemoryTime = TimeSpan.FromSeconds(5);

    public async Task<SeenAlive> AskAsync(InspectedServer server, Game game, CancellationToken cancellationToken) =>
        new(await game.VersionAsync(cancellationToken), await MemoryAsync(server, cancellationToken));

    private async Task<IReadOnlyDictionary<string, long>> MemoryAsync(InspectedServer server, CancellationToken cancellationToken)
    {
        var used = new Dictionary<string, long>(StringComparer.Ordinal);
        using var deadline = new CancellationTokenSource(MemoryTime, time);
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            var engine = await connection.GetAsync(limited.Token);
            foreach (var container in server.Containers.Where(one => one.IsRunning))
            {
                if (await engine.Containers.ReadMemoryUsedAsync(container.Details.Id, limited.Token) is { } bytes)
                    used[container.Name] = bytes;
            }
        }
        catch (Exception error) when (error is EngineException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What was told until then is good all the same.
        }

        return used;
    }
}

/// <summary>What a server showed while it ran.</summary>
/// <param name="Version">The game's version; null when nobody could tell.</param>
/// <param name="Memory">Bytes used, by container's name; those that do not run are not in it.</param>
internal sealed record SeenAlive(string? Version, IReadOnlyDictionary<string, long> Memory)
{
    public long? MemoryOf(string container) => Memory.TryGetValue(container, out var bytes) ? bytes : null;
}
