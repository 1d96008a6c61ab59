using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Puts into the queue what is due: reading back, expiry, prune, copy, proofs, settings. It only asks; gates and handlers decide, and an
/// occurrence key keeps anything from being asked twice.
/// </summary>
internal sealed class WorkRounds(
    OperationClient client,
    ServerStore servers,
    RetentionReads retention,
    Holds holds,
    ReadTurns turns,
    SecondCopy copy,
    UpkeepSettings settings,
    SettingsKeeper keeper,
    PruneTurns prunes,
    UpkeepFailures failures,
    TimeProvider time) : IPeriodicWork
{
    public static readonly Requester Own = new("upkeep");

    public string Name => "upkeep";

    public TimeSpan Every => TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var server in servers.All())
            await ServerAsync(server, cancellationToken);
        if (keeper.IsDue && servers.All().Any(server => retention.All(server.Id).Count > 0))
            await AskAsync(new KeepSettings(), $"settings:{Day}", cancellationToken);
        if (turns.IsDue() && servers.All().Any(server => retention.All(server.Id).Count > 0))
            await AskAsync(new CheckRepository(CheckExtent.Turn), $"read:{turns.Next().Slice}:{Day}", cancellationToken);
        await CopyAsync(cancellationToken);
        await PruneAsync(cancellationToken);
        await failures.LookAsync(Own, cancellationToken);
    }

    private string Day => time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private string Hour => time.GetUtcNow().ToString("yyyy-MM-ddTHH", System.Globalization.CultureInfo.InvariantCulture);

    private string Minute => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm", System.Globalization.CultureInfo.InvariantCulture);

    private async Task ServerAsync(GameServer server, CancellationToken cancellationToken)
    {
        if (retention.All(server.Id).FirstOrDefault(one => one.Reason != "safety") is not { } newest)
            return;
        if (newest.VerifiedAt is null)
        {
            await AskAsync(new VerifySnapshot(newest.Id), $"verify:{newest.Id}:{Hour}", cancellationToken);
            return;
        }

        if (holds.Of(server.Id) is null && retention.Decide(server.Id).Forgotten.Count > 0)
            await AskAsync(new ExpireSnapshots(server.Id), $"expire:{server.Id}:{newest.Id}:{Hour}", cancellationToken);
        if (settings.ProvesBoot && newest.BootProvenAt is null)
            await AskAsync(new ProveBoot(newest.Id), $"boot:{server.Id}:{Day}", cancellationToken);
    }

    private async Task CopyAsync(CancellationToken cancellationToken)
    {
        if (settings.CopyTo is null || copy.Info() is not { } info || (info.Missing == 0 && info.At is not null))
            return;
        if (copy.LookedAt is { } last && time.GetUtcNow() - last < SecondCopy.Every)
            return;
        await AskAsync(new CopyRepository(null, null), $"copy:{Hour}", cancellationToken);
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        if (!prunes.IsDue() || prunes.IsSomebodyWaiting(null) || !servers.All().Any(server => retention.All(server.Id).Count > 0))
            return;
        await prunes.BegunAsync(cancellationToken);
        await AskAsync(new PruneRepository(PruneWhen.Pays), $"prune:{Minute}", cancellationToken);
    }

    private Task AskAsync(OperationRequest request, string key, CancellationToken cancellationToken) =>
        client.EnqueueAsync(request, Own, key, cancellationToken);
}
