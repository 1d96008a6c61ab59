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
            using var process = await BuiltProgram.StartHeldAsync(bench, words);
            BuiltProgram.Running(bench).ShouldNotBeEmpty(string.Join(' ', words));
            BuiltProgram.LetGo(process);
            var said = process.StandardOutput.ReadToEndAsync(ServiceBench.Cancel);
            await BuiltProgram.EndedAsync(process);
            BuiltProgram.Running(bench).ShouldBeEmpty(string.Join(' ', words));
            process.ExitCode.ShouldBe(words[^2] == "nothing" ? 4 : 0, await said);
        }
    }
}
