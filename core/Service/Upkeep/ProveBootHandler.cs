using System.Text.Json;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Games;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Upkeep;

/// <summary>
/// Proves that a snapshot boots: a clone is started and its game asked until it answers. A process that is up proves nothing, so a game nobody
/// can ask earns no badge.
/// </summary>
internal sealed class ProveBootHandler(
    RepositoryAccess access,
    SnapshotView view,
    SnapshotStore store,
    SnapshotEditor editor,
    BootClone clone,
    GameFinder games,
    GameProfiles profiles,
    EngineConnection connection,
    LastGoodGuard guard,
    RetentionReads retention,
    ServiceOptions options,
    TimeProvider time) : IOperationHandler<ProveBoot, ProveBootOutcome>
{
    private const int LogLines = 40;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClearTime = TimeSpan.FromMinutes(2);

    public async Task<ProveBootOutcome> HandleAsync(ProveBoot request, OperationContext context, CancellationToken cancellationToken)
    {
        await using var session = await access.WriteAsync(cancellationToken);
        await view.SyncAsync(session, cancellationToken);
        var snapshot = store.Get(request.Snapshot);

        // Only the newest tells of the server as it is; one that was made while this one did not boot takes nothing of that back.
        var isNewest = retention.All(snapshot.ServerId).FirstOrDefault(one => one.Reason != "safety")?.Id == snapshot.Id;
        var document = await SnapshotDocuments.ReadAsync(session, store.Tree(snapshot.Id), cancellationToken);
        var profile = ProfileOf(document);
        var check = CheckOf(profile, document);
        if (check == Check.None)
            return new ProveBootOutcome.NoCheck(snapshot, profile.Name);
        ProveBootOutcome outcome;
        try
        {
            outcome = await ProveAsync(snapshot, document, profile, check, session, context, cancellationToken);
        }
        catch (RefusedException refused)
        {
            outcome = new ProveBootOutcome.Refused(refused.Refusal);
        }
        catch (Exception error) when (error is CloneFailedException or RepositoryDamagedException or Restore.StagingImpossibleException)
        {
            outcome = new ProveBootOutcome.NotProven(snapshot, document.Containers[0].Name, error.Message, "");
        }

        await ClearAsync(context);
        return await EndAsync(snapshot, isNewest, outcome, cancellationToken);
    }

    private async Task<ProveBootOutcome> ProveAsync(
        SnapshotInfo snapshot,
        ServerDocument document,
        GameProfile profile,
        Check check,
        RepositorySession session,
        OperationContext context,
        CancellationToken cancellationToken)
    {
        var plan = new BootPlan(
            document, store.Tree(snapshot.Id), document.Containers.Count > 1, Memory(), snapshot.BytesProcessed);
        var made = await clone.MakeAsync(plan, session, context, cancellationToken);
        var started = time.GetTimestamp();
        foreach (var container in made)
            await clone.StartAsync(container, context.Journal, cancellationToken);
        context.Progress.Report(OperationProgress.At("boot"));
        var engine = await connection.GetAsync(cancellationToken);
        var reason = "it did not answer in time";
        while (time.GetElapsedTime(started) < options.BootTime)
        {
            var (details, dead) = await LookAsync(engine, made, cancellationToken);
            if (dead is not null)
                return await NotProvenAsync(engine, snapshot, dead, $"it ended with exit code {dead.ExitCode}", cancellationToken);
            switch (await AskAsync(snapshot, profile, details, check, cancellationToken))
            {
                case ReadyAnswer.Ready:
                    return new ProveBootOutcome.Proven(snapshot, time.GetElapsedTime(started));
                case ReadyAnswer.NotYet notYet:
                    reason = $"it did not answer within {options.BootTime.TotalSeconds:0} s: {notYet.Reason}";
                    break;
            }

            await Task.Delay(Pace, time, cancellationToken);
        }

        return await NotProvenAsync(engine, snapshot, new DeadContainer(made[0].Id, made[0].Name, 0), reason, cancellationToken);
    }

    /// <summary>How a game can be asked, found out before anything is started.</summary>
    private static Check CheckOf(GameProfile profile, ServerDocument document) => profile.Ready is not null
        ? Check.Game
        : document.Containers.Any(one => HasHealthCheck(one.Definition)) ? Check.Health : Check.None;

    /// <summary>The profile the server was added with, else the one a container of the snapshot fits.</summary>
    private GameProfile ProfileOf(ServerDocument document)
    {
        var all = profiles.All();
        if (document.Server.Profile is { } named && all.FirstOrDefault(one => one.Name == named) is { } chosen)
            return chosen;
        foreach (var container in document.Containers)
        {
            var (image, labels, environment) = DefinitionReader.Recognised(container.Definition);
            if (ProfileMatcher.Find(all, image, labels, environment) is { } found)
                return found;
        }

        return profiles.Generic;
    }

    private async Task<ReadyAnswer> AskAsync(
        SnapshotInfo snapshot, GameProfile profile, IReadOnlyList<ContainerDetails> details, Check check, CancellationToken cancellationToken)
    {
        if (check != Check.Health)
            return await GameOf(snapshot, profile, details).ReadyAsync(cancellationToken);
        var watched = details.Where(one => one.State.Health != ContainerHealth.None).ToList();
        return watched.Count > 0 && watched.TrueForAll(one => one.State.Health == ContainerHealth.Healthy)
            ? new ReadyAnswer.Ready()
            : new ReadyAnswer.NotYet("its health check does not say healthy");
    }

    private Game GameOf(SnapshotInfo snapshot, GameProfile profile, IReadOnlyList<ContainerDetails> details) => games.Of(new InspectedServer
    {
        Server = new GameServer
        {
            Id = snapshot.ServerId,
            Name = snapshot.Server,
            Containers = [.. details.Select(one => new ContainerReference(one.Name, one.Id.Value, null))],
            Profile = profile.Name,
        },
        Containers = [.. details.Select(one => new InspectedContainer(one, new InspectedLayer(null, false, null)))],
        Mounts = [],
        Volumes = [],
        Networks = [],
        Images = [],
    });

    private static async Task<(IReadOnlyList<ContainerDetails> Details, DeadContainer? Dead)> LookAsync(
        IDockerEngine engine, IReadOnlyList<ClonedContainer> made, CancellationToken cancellationToken)
    {
        var details = new List<ContainerDetails>();
        foreach (var container in made)
        {
            var one = await engine.Containers.InspectAsync(container.Id, cancellationToken);
            if (!one.State.IsRunning)
                return (details, new DeadContainer(container.Id, container.Name, one.State.ExitCode));
            details.Add(one);
        }

        return (details, null);
    }

    private static async Task<ProveBootOutcome> NotProvenAsync(
        IDockerEngine engine, SnapshotInfo snapshot, DeadContainer container, string reason, CancellationToken cancellationToken)
    {
        var log = await engine.Containers.ReadLogTailAsync(container.Id, LogLines, cancellationToken);
        return new ProveBootOutcome.NotProven(snapshot, container.Name, reason, log);
    }

    /// <summary>Removes the clone before anybody is told: under a deadline of its own, and by the journal should that not do.</summary>
    private async Task ClearAsync(OperationContext context)
    {
        context.Progress.Report(OperationProgress.At("clear"));
        using var deadline = new CancellationTokenSource(ClearTime, time);
        foreach (var (number, fact) in context.Journal.Open.ToList())
        {
            if (fact is CloneMade made)
                await clone.RemoveAsync(context.Id, made.ImagesBefore, deadline.Token);
            await context.Journal.SettleAsync(number);
        }
    }

    private async Task<ProveBootOutcome> EndAsync(SnapshotInfo snapshot, bool isNewest, ProveBootOutcome outcome, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case ProveBootOutcome.Proven proven:
                var marked = await editor.ChangeAsync(
                    snapshot.Id, tags => tags with { BootProvenAt = time.GetUtcNow(), BootTook = proven.Took }, cancellationToken);
                return proven with { Snapshot = marked ?? store.Get(snapshot.Id) };
            case ProveBootOutcome.NotProven failed when isNewest:
                await guard.HoldAsync(snapshot.ServerId, new IncidentCause.DoesNotBoot(snapshot.Id, snapshot.Name, failed.Reason), [snapshot.Id], cancellationToken);
                return failed;
            default:
                return outcome;
        }
    }

    private static bool HasHealthCheck(JsonElement definition) =>
        definition.TryGetProperty("Config", out var config) && config.ValueKind == JsonValueKind.Object
        && config.TryGetProperty("Healthcheck", out var health) && health.ValueKind == JsonValueKind.Object
        && health.TryGetProperty("Test", out var test) && test.ValueKind == JsonValueKind.Array && test.GetArrayLength() > 0 && test[0].ToString() != "NONE";

    /// <summary>Half of the machine: the real servers go on meanwhile.</summary>
    private static long Memory() => Math.Max(256L << 20, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2);

    private enum Check
    {
        None,

        /// <summary>The container's own health check.</summary>
        Health,

        /// <summary>The profile's own question: a command inside, or a query from within the clone's own network.</summary>
        Game,
    }

    private sealed record DeadContainer(ContainerId Id, string Name, int ExitCode);
}
