using SnapshotBot.Bot.Commands;
using SnapshotBot.Bot.Hosting;
using SnapshotBot.Bot.Presentation;
using SnapshotBot.Service;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;

namespace SnapshotBot.Bot.Demo;

/// <summary>The tour itself: what an admin would type, done for real, each step proven before the next is told.</summary>
internal sealed class DemoTour(DemoGame game, CommandContext context, string dataFolder)
{
    public async Task<DemoOutcome> RunAsync(string shell, CancellationToken cancellationToken)
    {
        context.Tell(DemoPages.Welcome(
            game.Info.ServerVersion, game.Info.HasContainerdImageStore ? "containerd image store" : game.Info.StorageDriver, game.Endpoint));
        var took = await TimeAsync("starting a game server", () => game.StartAsync(shell, context.Time.GetUtcNow(), cancellationToken));
        context.Tell(DemoPages.Started(game.ContainerName, took));

        var before = "";
        took = await TimeAsync("building a castle", async () => before = await PlayAsync(DemoScripts.Build, cancellationToken));
        context.Tell(DemoPages.Built(before, took));

        await using var service = new ServiceHost(context.Settings.Apart(dataFolder), Adjust, context.Time);
        var (server, saved) = await SaveAsync(service, cancellationToken);

        var played = "";
        took = await TimeAsync("here be dragons", async () => played = await PlayAsync(DemoScripts.Dragon, cancellationToken));
        context.Tell(DemoPages.Burnt(played, took));
        Require(played != before, "The dragon changed nothing.");

        await CompareAsync(service, saved, cancellationToken);
        await RefuseAsync(service, saved, cancellationToken);

        var (restored, world, time) = await BackAsync(
            service, new RestoreSnapshot { Snapshot = saved.Id, Server = server.Id }, "the restored server", before, cancellationToken);
        context.Tell(DemoPages.Restored(restored, world, time));
        var (_, undone, undoTime) = await BackAsync(service, new UndoRestore(server.Id), "the server after the undo", played, cancellationToken);
        context.Tell(DemoPages.Undone(undone, undoTime));

        await VerifyAsync(service, saved, cancellationToken);
        return new DemoOutcome(before, played, world, saved.Freeze ?? TimeSpan.Zero, restored.Downtime, TimeSpan.Zero, []);
    }

    /// <summary>A shell script needs no two minutes to end, nor five seconds to show that it runs.</summary>
    private static ServiceOptions Adjust(ServiceOptions options) =>
        options with { StopGrace = TimeSpan.FromSeconds(10), HealthTime = TimeSpan.FromSeconds(1), GameBootTime = TimeSpan.FromSeconds(1) };

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new CommandFailedException(DemoPages.Unexpected(otherwise));
        }
    }

    private async Task<(ServerInfo Server, SnapshotInfo Snapshot)> SaveAsync(ServiceHost service, CancellationToken cancellationToken)
    {
        ServerInfo? server = null;
        var took = await TimeAsync("adding the server", async () =>
        {
            var changes = await service.GetAsync<ServerChanges>(cancellationToken);
            server = await changes.AddAsync(new AddServer { Name = "castle", Containers = [game.ContainerName] }, cancellationToken) switch
            {
                ServerOutcome.Added added => added.Server,
                ServerOutcome.Refused refused => throw new CommandFailedException(RefusalText.Of(refused.Refusal)),
                _ => null,
            };
        });
        context.Tell(DemoPages.Added(game.ContainerName, took));

        SnapshotInfo? saved = null;
        took = await TimeAsync("taking a snapshot", async () =>
        {
            var request = new CreateSnapshot { Server = server!.Id, Name = "day 1", Lock = SnapshotLock.Locked };
            saved = await DoAsync(service, request, cancellationToken) switch
            {
                CreateSnapshotOutcome.Created created => created.Snapshot,
                CreateSnapshotOutcome.Refused refused => throw new CommandFailedException(RefusalText.Of(refused.Refusal)),
                _ => null,
            };
        });
        context.Tell(DemoPages.Saved(saved!, took));
        return (server!, saved!);
    }

    private async Task CompareAsync(ServiceHost service, SnapshotInfo saved, CancellationToken cancellationToken)
    {
        SnapshotDiff? difference = null;
        var took = await TimeAsync("comparing", async () =>
            difference = await (await service.GetAsync<SnapshotComparison>(cancellationToken)).CompareWithNowAsync(saved, null, cancellationToken));
        context.Tell(difference is SnapshotDiff.Difference found
            ? DemoPages.Compared(found, took)
            : throw new CommandFailedException(DemoPages.Unexpected("The snapshot could not be compared with now.")));
    }

    private async Task RefuseAsync(ServiceHost service, SnapshotInfo saved, CancellationToken cancellationToken)
    {
        DeleteSnapshotOutcome? outcome = null;
        var took = await TimeAsync("deleting", async () => outcome = await DoAsync(service, new DeleteSnapshot(saved.Id), cancellationToken));
        Require(outcome is DeleteSnapshotOutcome.Refused { Refusal: Refusal.SnapshotLocked }, "A locked snapshot was deleted.");
        context.Tell(DemoPages.Refused(took));
    }

    private async Task<(RestoreOutcome.Restored Restored, string World, TimeSpan Took)> BackAsync(
        ServiceHost service, OperationRequest<RestoreOutcome> request, string what, string wanted, CancellationToken cancellationToken)
    {
        RestoreOutcome.Restored? restored = null;
        var took = await TimeAsync("restoring", async () =>
        {
            restored = await DoAsync(service, request, cancellationToken) switch
            {
                RestoreOutcome.Restored done => done,
                RestoreOutcome.Refused refused => throw new CommandFailedException(RefusalText.Of(refused.Refusal)),
                RestoreOutcome.SwappedBack back => throw new CommandFailedException(RestorePages.SwappedBack(back)),
                _ => throw new CommandFailedException(DemoPages.Unexpected("The restore found nothing that differs.")),
            };
        });
        var world = await game.RunAsync(DemoScripts.Hash, cancellationToken);
        return world == wanted ? (restored!, world, took) : throw new CommandFailedException(DemoPages.NotProven(what, wanted, world));
    }

    private async Task VerifyAsync(ServiceHost service, SnapshotInfo saved, CancellationToken cancellationToken)
    {
        VerifySnapshotOutcome? outcome = null;
        var took = await TimeAsync("reading back", async () => outcome = await DoAsync(service, new VerifySnapshot(saved.Id), cancellationToken));
        context.Tell(outcome is VerifySnapshotOutcome.Good good
            ? DemoPages.Verified(good.Blobs, good.Bytes, took)
            : throw new CommandFailedException(DemoPages.Unexpected("The snapshot is not whole.")));
    }

    private async Task<string> PlayAsync(string script, CancellationToken cancellationToken)
    {
        await game.RunAsync(script, cancellationToken);
        return await game.RunAsync(DemoScripts.Hash, cancellationToken);
    }

    private async Task<TOutcome> DoAsync<TOutcome>(ServiceHost service, OperationRequest<TOutcome> request, CancellationToken cancellationToken)
        where TOutcome : class
    {
        var client = await service.GetAsync<OperationClient>(cancellationToken);
        return await client.RunAsync(request, Requester.Terminal("demo"), new OperationSteps(context.Progress), cancellationToken) switch
        {
            OperationResult<TOutcome>.Ended ended => ended.Outcome,
            OperationResult<TOutcome>.Failed failed => throw new CommandFailedException(OperationPages.Of(failed.Failure)),
            _ => throw new OperationCanceledException(cancellationToken),
        };
    }

    private async Task<TimeSpan> TimeAsync(string step, Func<Task> work)
    {
        context.Progress.Report(new StepProgress(step, 0, 0, Commands.ProgressUnit.None));
        var started = context.Time.GetTimestamp();
        await work();
        return context.Time.GetElapsedTime(started);
    }
}
