using Shouldly;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>What the program asks the kernel for, in that order, and what it leaves running.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task Change_SystemCalls_TheNewFileIsDurableBeforeTheOldOneGoes()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var server = await bench.AddServerAsync("Survival", await bench.StartGameAsync());
        var snapshot = await bench.SnapshotAsync(server.Id);
        var repository = Path.Combine(bench.Root, "sb-data", "repository");

        foreach (var words in (string[][])[["lock", snapshot.Id.Value], ["rename", snapshot.Id.Value, "kept"], ["note", snapshot.Id.Value, "of the castle"]])
            FlushTrace.HoldToRepositoryOrder(await BuiltProgram.TraceAsync(bench, ["snapshot", .. words]), repository).ShouldBe(["+snapshots", "-snapshots"], words[0]);
    }

    [Fact]
    public async Task Restore_SystemCalls_NothingChangesPlacesBeforeItsManifestIsDurableAndAllOfItIsFlushedAfter()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await GameWorld.MakeAsync(bench, game);
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await GameWorld.DestroyAsync(bench, game);

        var steps = await BuiltProgram.TraceAsync(bench, "snapshot", "restore", snapshot.Id.Value, "--yes");

        FlushTrace.HoldToRepositoryOrder(steps, Path.Combine(bench.Root, "sb-data", "repository")).TakeLast(2).ShouldBe(["+index", "+snapshots"], "what was there is kept first");
        var all = steps.ToList();
        var manifest = all.FindLastIndex(step => step.Kind == FlushKind.Move && Path.GetFileName(step.To) == "swap");
        manifest.ShouldBeGreaterThan(0);
        all.FindIndex(step => step.Kind == FlushKind.Flush && step.Path == all[manifest].Path).ShouldBeInRange(0, manifest);
        var durable = all.FindIndex(manifest, step => step.Kind == FlushKind.Flush && step.Path == Path.GetDirectoryName(all[manifest].To));
        var swaps = Enumerable.Range(0, all.Count).Where(at => all[at] is { Kind: FlushKind.Exchange or FlushKind.Move } step && IsStaged(step.Path) != IsStaged(step.To)).ToList();
        swaps.Count.ShouldBeGreaterThan(10);
        all.ShouldContain(step => step.Kind == FlushKind.Exchange);
        durable.ShouldBeInRange(manifest + 1, swaps[0] - 1);
        all.FindLastIndex(manifest, step => step.Kind == FlushKind.FlushAll).ShouldBeGreaterThan(0, "what is staged");
        all.FindIndex(step => IsSnapshot(step.To)).ShouldBeInRange(0, swaps[0]);
        foreach (var at in swaps)
        {
            foreach (var folder in new[] { all[at].Path, all[at].To! }.Where(path => !IsStaged(path)).Select(path => Path.GetDirectoryName(path)))
                all.FindIndex(at, step => step.Kind == FlushKind.Flush && step.Path == folder).ShouldBeGreaterThan(at, all[at].Line);
        }

        static bool IsStaged(string? path) => path?.Contains("/.snapshotbot-", StringComparison.Ordinal) == true;

        static bool IsSnapshot(string? path) => path?.Contains("/repository/snapshots/", StringComparison.Ordinal) == true;
    }

    [Fact]
    public async Task Commands_Ended_LeaveNoProcess()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, "echo one > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var first = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo two > /data/level");
        string[][] commands =
        [
            ["snapshot", "create", "Survival"], ["snapshot", "restore", first.Id.Value, "--yes"], ["snapshot", "undo", "Survival", "--yes"],
            ["repository", "archive", Path.Combine(bench.Root, "conf"), "--repository", Path.Combine(bench.Root, "sb-data", "repository"), "--password-file", Path.Combine(bench.Root, "sb-data", "repository-password")],
            ["snapshot", "verify", first.Id.Value], ["server", "stop", "Survival"], ["operation", "list"], ["snapshot", "restore", "nothing", "--yes"],
        ];

        foreach (var words in commands)
        {
            using var process = BuiltProgram.Start(bench, words);
            BuiltProgram.Running(bench).ShouldNotBeEmpty();
            var said = process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel);
            await BuiltProgram.EndedAsync(process);
            BuiltProgram.Running(bench).ShouldBeEmpty(string.Join(' ', words));
            process.ExitCode.ShouldBe(words[^2] == "nothing" ? 4 : 0, await said);
        }
    }
}
