using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Restore;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Tests.Duplicates;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>
/// Cancelling is safe at every moment: each kind of operation is cancelled when it goes on to its first step, then to its second, and so on until
/// it is done. Afterwards all is as it was and nothing is left of it, or it was done, and the record says which. Where many steps take long, only
/// every fourth is tried; with <c>SNAPSHOTBOT_TEST_KILLS</c> all are.
/// </summary>
public sealed class CancelTests
{
    [Fact]
    public async Task Create_CancelledAtEveryStep_LeavesNothingAndTheGameIsReleased()
    {
        using var inside = new CancellationTokenSource();
        var freezes = false;
        var real = TestEngine.Require(TestEngine.Old).Endpoint.SocketPath!;
        await using var proxy = RefusingProxy.Start(real, path =>
        {
            if (Volatile.Read(ref freezes) && path.EndsWith("/pause", StringComparison.Ordinal))
                inside.Cancel();
            return false;
        });

        // Through the engine, whose pause tells the moment; held by the kernel: FreezeTests.ReadAsync_CancelledInside.
        await using var bench = await ServiceBench.OpenAsync(
            TestEngine.Old, options => options with { PausesThroughEngine = true }, address: "unix://" + proxy.Path);
        QuiesceTests.Profile(bench, """ "quiesce": { "hold": [ { "exec": ["/bin/sh", "-c", "touch /tmp/held; echo saved"], "expect": "saved", "deadlineSeconds": 60 } ], "release": [ { "exec": ["/bin/rm", "-f", "/tmp/held"], "deadlineSeconds": 60 } ] } """);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1024 count=4096");
        var server = await bench.AddServerAsync("Survival", game);
        var world = await WorldPrint.TakeAsync(bench, game);

        var made = 0;
        await CancelAtStepsAsync(
            bench,
            1,
            ["image", "read", "quiesce", "freeze", "commit"],
            () => Task.FromResult<OperationRequest<CreateSnapshotOutcome>>(new CreateSnapshot { Server = server.Id }),
            async (what, result) =>
            {
                await RunsAsync(bench, game, world, what);
                (await bench.ShellAsync(game, "ls /tmp")).Contains("held", StringComparison.Ordinal).ShouldBeFalse(what);
                made += result is OperationResult<CreateSnapshotOutcome>.Cancelled ? 0 : 1;
                (await CountAsync(bench)).ShouldBe(made, what);
            });

        // And while it stands still.
        Volatile.Write(ref freezes, true);
        (await bench.Operations.RunAsync(new CreateSnapshot { Server = server.Id }, new Requester("terminal:test"), null, inside.Token))
            .ShouldBeOfType<OperationResult<CreateSnapshotOutcome>.Cancelled>();
        await RunsAsync(bench, game, world, "inside the freeze");
        (await bench.ShellAsync(game, "ls /tmp")).ShouldNotContain("held");
        (await CountAsync(bench)).ShouldBe(made);
    }

    [Fact]
    public async Task CreateWithCommit_CancelledAtEveryStep_LeavesNoImageAndNoPause()
    {
        await using var engine = await ThrowAwayEngine.StartWithDriverAsync(TestEngine.Old, "vfs", ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(TestEngine.Old, engine.Endpoint));
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var world = await WorldPrint.TakeAsync(bench, game);
        var images = (await bench.Engine.Engine.Images.ListAsync(ServiceBench.Cancel)).Count;

        await CancelAtStepsAsync(
            bench,
            2,
            ["commit-layer", "image", "freeze"],
            () => Task.FromResult<OperationRequest<CreateSnapshotOutcome>>(new CreateSnapshot { Server = server.Id, UnreadableLayers = UnreadableLayers.Commit }),
            async (what, _) =>
            {
                await RunsAsync(bench, game, world, what);
                (await bench.Engine.Engine.Images.ListAsync(ServiceBench.Cancel)).Count.ShouldBe(images, what);
            });
    }

    [Fact]
    public async Task Duplicate_CancelledAtEveryStep_LeavesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo world > /data/level; echo layer > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var world = await WorldPrint.TakeAsync(bench, game);
        var name = bench.Engine.Name("copy").Value;

        await CancelAtStepsAsync(
            bench,
            1,
            ["plan", "copy", "recreate", "start", "health"],
            () => Task.FromResult<OperationRequest<DuplicateOutcome>>(DuplicateTests.Request(bench, snapshot) with { Start = DuplicateStart.StartNow }),
            async (what, result) =>
            {
                await RunsAsync(bench, game, world, what);
                if (result is OperationResult<DuplicateOutcome>.Ended ended)
                    await bench.RunAsync(new RemoveDuplicate(ended.Outcome.ShouldBeOfType<DuplicateOutcome.Made>(what).Server.Id));
                (await DuplicateTests.NamesAsync(bench, name)).ShouldBeEmpty(what);
            });
    }

    [Fact]
    public async Task Publish_CancelledAtEveryStep_LeavesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo layer > /game/new.txt");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var world = await WorldPrint.TakeAsync(bench, game);
        var tag = ImageTag.Parse(bench.Engine.Name("image").Value + ":1");
        var engine = bench.Engine.Engine;

        await CancelAtStepsAsync(
            bench,
            1,
            ["plan", "publish"],
            () => Task.FromResult<OperationRequest<PublishImageOutcome>>(new PublishImage { Server = server.Id, Snapshot = snapshot.Id, Tag = tag.ToString() }),
            async (what, result) =>
            {
                await RunsAsync(bench, game, world, what);
                (await engine.Containers.ListAsync(ServiceBench.Cancel)).ShouldNotContain(one => one.Name.StartsWith("snapshotbot-image-", StringComparison.Ordinal), what);
                (await engine.Images.FindAsync(tag.ToString(), ServiceBench.Cancel) is null).ShouldBe(result is OperationResult<PublishImageOutcome>.Cancelled, what);
                if (result is OperationResult<PublishImageOutcome>.Ended)
                    await engine.Images.UntagAsync(tag, ServiceBench.Cancel);
            });
    }

    [Theory]
    [InlineData("files", 2, "plan", "stage", "read", "stop", "safety", "swap", "start", "health")]
    [InlineData("definition", 4, "plan", "recreate", "stop", "swap", "start")]
    [InlineData("removes itself", 4, "stage", "stop", "safety", "swap", "start")]
    [InlineData("gone", 3, "stage", "recreate", "swap", "start")]
    public async Task Restore_CancelledAtEveryStep_IsAllOrNothingAndRuns(string name, int stride, params string[] some)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var scene = KillScene.All[name](bench);
        await scene.StartAsync();
        SceneWorld? played = null;
        var round = 0;
        await CancelAtStepsAsync<RestoreOutcome>(
            bench,
            stride,
            some,
            async () =>
            {
                if (played is null || scene.IsSpent)
                {
                    await scene.PlayOnAsync(round++);
                    played = await scene.LookAsync("played");
                }

                return new RestoreSnapshot { Server = scene.Server.Id, Snapshot = scene.Snapshot.Id };
            },
            async (what, result) =>
            {
                var isCancelled = result is OperationResult<RestoreOutcome>.Cancelled;
                (await scene.LookAsync(what)).ShouldBeRunOf(isCancelled ? played! : scene.Kept, what);
                played = isCancelled ? await scene.LookAsync(what) : null;
            });
        await scene.ClearAsync();
    }

    [Fact]
    public async Task Undo_CancelledAtEveryStep_IsAllOrNothingAndRuns()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var scene = new KillScene(bench);
        await scene.StartAsync();
        SceneWorld? played = null;
        SceneWorld? restored = null;
        await CancelAtStepsAsync<RestoreOutcome>(
            bench,
            4,
            ["plan", "stage", "stop", "safety", "swap", "start", "health"],
            async () =>
            {
                if (restored is null)
                {
                    await scene.PlayOnAsync(0);
                    played = await scene.LookAsync("played");
                    await bench.RunAsync(new RestoreSnapshot { Server = scene.Server.Id, Snapshot = scene.Snapshot.Id });
                    restored = await scene.LookAsync("restored");
                }

                return new UndoRestore(scene.Server.Id);
            },
            async (what, result) =>
            {
                var isCancelled = result is OperationResult<RestoreOutcome>.Cancelled;
                (await scene.LookAsync(what)).ShouldBeRunOf(isCancelled ? restored! : played!, what);
                restored = isCancelled ? await scene.LookAsync(what) : null;
            });
    }

    /// <summary>Cancels one after the other at the changes from step to step, until an operation has no more of them.</summary>
    /// <param name="bench">Where.</param>
    /// <param name="stride">Every which change by default.</param>
    /// <param name="steps">What must have been among the steps.</param>
    /// <param name="prepare">Makes the next request.</param>
    /// <param name="check">Checks how it left things.</param>
    private static async Task CancelAtStepsAsync<TOutcome>(
        ServiceBench bench,
        int stride,
        IReadOnlyCollection<string> steps,
        Func<Task<OperationRequest<TOutcome>>> prepare,
        Func<string, OperationResult<TOutcome>, Task> check)
        where TOutcome : class
    {
        var every = KilledProgram.Kills(0) > 0 ? 1 : stride;
        var (seen, cancelled) = (new HashSet<string>(StringComparer.Ordinal), 0);
        for (var change = 1 + Random.Shared.Next(every); ; change += every)
        {
            var request = await prepare();
            using var cancel = new CancellationTokenSource();
            var at = new AtChange(change, cancel, seen);
            var result = await bench.Operations.RunAsync(request, new Requester("terminal:test"), at, cancel.Token);
            var what = $"cancelled at change {change}, to {at.Step}: {result}";

            var record = bench.Get<OperationReads>().List(OperationFilter.All, 1).ShouldHaveSingleItem();
            record.State.ShouldBe(result is OperationResult<TOutcome>.Cancelled ? OperationState.Cancelled : OperationState.Ended, what);
            bench.Get<OperationReads>().List(OperationFilter.Unfinished, 10).ShouldBeEmpty(what);
            cancelled += result is OperationResult<TOutcome>.Cancelled ? 1 : 0;
            await check(what, result);
            if (at.Step is not null)
                continue;
            result.ShouldBeOfType<OperationResult<TOutcome>.Ended>(what);
            steps.ShouldBeSubsetOf(seen);
            cancelled.ShouldBeGreaterThan(0);
            return;
        }
    }

    private sealed class AtChange(int change, CancellationTokenSource cancel, HashSet<string> seen) : IProgress<OperationProgress>
    {
        private readonly Lock _lock = new();
        private int _changes;
        private string? _last;

        /// <summary>The step it was cancelled at; null when it had not so many.</summary>
        public string? Step { get; private set; }

        public void Report(OperationProgress value)
        {
            lock (_lock)
            {
                if (value.Step == _last)
                    return;
                _last = value.Step;
                seen.Add(value.Step);
                if (++_changes != change)
                    return;
                Step = value.Step;
            }

            cancel.Cancel();
        }
    }

    private static async Task RunsAsync(ServiceBench bench, ContainerId game, string world, string what)
    {
        var now = await bench.InspectAsync(game);
        (now.State.IsRunning, ServiceBench.StandsStill(now)).ShouldBe((true, false), what);
        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(world, what);
        Directory.EnumerateFileSystemEntries(Path.Combine(bench.Root, "sb-data", "operations")).ShouldBeEmpty(what);
    }

    private static async Task<int> CountAsync(ServiceBench bench) => (await bench.Snapshots.ListAsync(new SnapshotFilter(), ServiceBench.Cancel)).Snapshots.Count;
}
