using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>Tests whose containers take all of the machine: nothing else runs beside them, for it would crawl, and they with it.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>
/// A program in the container writes one number after the other through files, mappings, databases and a log, as fast as it can. Every
/// snapshot taken meanwhile, restored into a folder, must be of one moment. <c>SNAPSHOTBOT_TEST_SNAPSHOTS</c> says how many to take.
/// </summary>
[Collection("Alone")]
public sealed class ConsistencyTests
{
    private static readonly int Snapshots = int.TryParse(
        Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_SNAPSHOTS"), CultureInfo.InvariantCulture, out var number) ? number : 4;

    /// <summary>One of so many is restored by restic, the others by this program.</summary>
    private const int ByRestic = 4;

    /// <summary>In how many snapshots at most a rule that is missing must show: where the program gets little of the processor it writes less.</summary>
    private const int Tries = 100;

    private const string Hold = """
        "quiesce": {
          "hold": [{ "exec": ["/bin/sh", "-c", "touch /data/numbers.hold; until [ -e /data/numbers.held ]; do sleep 0.01; done; echo held"], "expect": "held", "deadlineSeconds": 60 }],
          "release": [{ "exec": ["/bin/rm", "-f", "/data/numbers.hold"], "deadlineSeconds": 60 }]
        }
        """;

    [Theory]
    [InlineData(TestEngine.Old, ConsistencyGrade.Frozen)]
    [InlineData(TestEngine.New, ConsistencyGrade.Frozen)]
    [InlineData(TestEngine.Old, ConsistencyGrade.Quiesced)]
    [InlineData(TestEngine.New, ConsistencyGrade.Quiesced)]
    public async Task Create_WhileAProgramWritesAtFullSpeed_EverySnapshotIsOfOneMoment(string engine, ConsistencyGrade grade)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        if (grade == ConsistencyGrade.Quiesced)
            QuiesceTests.Profile(bench, Hold);
        var game = await StartWriterAsync(bench);
        var server = await bench.AddServerAsync("Survival", game);
        var last = 0L;
        for (var i = 0; i < Snapshots; i++)
        {
            var before = await LastAsync(bench, game);
            var snapshot = await bench.SnapshotAsync(server.Id);
            var after = await LastAsync(bench, game);

            snapshot.Grade.ShouldBe(grade, string.Join(", ", snapshot.Warnings));
            var (fault, moment) = await CheckAsync(bench, snapshot, i);
            fault.ShouldBeNull($"snapshot {i}");
            moment.ShouldBeInRange(Math.Max(before, last), after + 1);
            last = moment;
        }
    }

    /// <summary>Without the rules the proof fails: so it can.</summary>
    [Theory]
    [InlineData(TestEngine.Old, true, false)]
    [InlineData(TestEngine.Old, false, true)]
    [InlineData(TestEngine.New, true, false)]
    public async Task Create_WithoutAFlushOrTheRacyRule_IsFoundOut(string engine, bool syncs, bool knowsRacy)
    {
        await using var bench = await ServiceBench.OpenAsync(engine, add: services => services.AddSingleton(new CaptureRules { Syncs = syncs, KnowsRacy = knowsRacy }));
        var game = await StartWriterAsync(bench);
        var server = await bench.AddServerAsync("Survival", game);
        string? fault = null;
        for (var i = 0; i < Tries && fault is null; i++)
            (fault, _) = await CheckAsync(bench, await bench.SnapshotAsync(server.Id), i);
        fault.ShouldNotBeNull();
    }

    /// <summary>
    /// A game and its database, each on a volume of its own, each noting how far it sees the other: no part is from after the freeze of the
    /// other. Where only one of them is frozen, the same proof finds it out.
    /// </summary>
    [Theory]
    [InlineData(TestEngine.Old, true)]
    [InlineData(TestEngine.Old, false)]
    [InlineData(TestEngine.New, true)]
    public async Task Create_TwoContainersWriteAtFullSpeed_AreOneMomentOnlyTogether(string engine, bool together)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var game = await StartWriterAsync(bench, "game", "/a/numbers", "/b/numbers");
        var database = await StartWriterAsync(bench, "database", "/b/numbers", "/a/numbers");
        var server = await bench.AddServerAsync("Survival", together ? [game, database] : [game]);
        string? fault = null;
        for (var i = 0; i < (together ? Snapshots : Tries) && fault is null; i++)
        {
            var snapshot = await bench.SnapshotAsync(server.Id);
            if (together)
                snapshot.Grade.ShouldBe(ConsistencyGrade.Frozen, string.Join(", ", snapshot.Warnings));
            fault = await CrossCheckAsync(bench, snapshot, i);
        }

        (fault is null).ShouldBe(together, fault);
    }

    private static async Task<string?> CrossCheckAsync(ServiceBench bench, SnapshotInfo snapshot, int number)
    {
        var folder = TestFolder.Make();
        try
        {
            string[] copies = [await RestoreAsync(bench, snapshot, number, "/a", folder), await RestoreAsync(bench, snapshot, number, "/b", folder)];
            foreach (var words in (string[][])[["check", copies[0]], ["check", copies[1]], ["cross", .. copies]])
            {
                if (await AskAsync(words) is (not 0, var said))
                    return said;
            }

            return null;
        }
        finally
        {
            TestFolder.Remove(folder);
        }
    }

    private static Task<ContainerId> StartWriterAsync(ServiceBench bench) => StartWriterAsync(bench, "game", "/data/numbers");

    private static async Task<ContainerId> StartWriterAsync(ServiceBench bench, string suffix, string numbers, params string[] other)
    {
        var game = await bench.StartGameAsync(suffix, blueprint => BuiltProgram.WithWriter(other.Length == 0
            ? blueprint
            : blueprint with { Mounts = [BlueprintMount.Volume(bench.Engine.Name("a"), "/a"), BlueprintMount.Volume(bench.Engine.Name("b"), "/b")] }) with
        {
            Command = ["/dotnet/dotnet", "/writer/snapshotbot-writer.dll", "count", numbers, .. other],
        });
        for (var since = Stopwatch.GetTimestamp(); await LastAsync(bench, game, numbers) < 100;)
        {
            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(60), "the writer does not write");
            // A program inside a container says how far it is only when asked.
            await Task.Delay(100, ServiceBench.Cancel);
        }

        return game;
    }

    private static async Task<long> LastAsync(ServiceBench bench, ContainerId game, string numbers = "/data/numbers")
    {
        var text = await bench.ShellAsync(game, $"tail -n 2 {numbers}/numbers.log 2>/dev/null || true");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && long.TryParse(first, CultureInfo.InvariantCulture, out var last) ? last : 0;
    }

    /// <summary>Restores the snapshot's files and asks the writer of what moment they are.</summary>
    private static async Task<(string? Fault, long Moment)> CheckAsync(ServiceBench bench, SnapshotInfo snapshot, int number)
    {
        var folder = TestFolder.Make();
        try
        {
            var (code, said) = await AskAsync("check", await RestoreAsync(bench, snapshot, number, "/data", folder));
            return code == 0 ? (null, long.Parse(said[(said.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)) : (said, 0);
        }
        finally
        {
            TestFolder.Remove(folder);
        }
    }

    /// <summary>Restores what was mounted there into a folder, now and then by restic, and tells where the writer's files are.</summary>
    private static async Task<string> RestoreAsync(ServiceBench bench, SnapshotInfo snapshot, int number, string mount, string folder)
    {
        var kept = (await bench.Snapshots.InfoAsync(snapshot, ServiceBench.Cancel)).Mounts.First(one => one.Target == mount).Folder!;
        var target = Directory.CreateDirectory(Path.Combine(folder, kept)).FullName;
        if (number % ByRestic == 1)
        {
            var restic = number / ByRestic % 2 == 0 ? TestTool.ResticOld : TestTool.ResticNew;
            await PlainRestic.RunAsync(bench, restic, "restore", snapshot.ResticId, "--include", "/" + kept, "--target", folder);
            return Path.Combine(target, "numbers");
        }

        await using var session = await bench.Get<RepositoryAccess>().ReadAsync(ServiceBench.Cancel);
        var trees = await session.TreesAsync(ServiceBench.Cancel);
        var node = (await trees.FindAsync(bench.Get<SnapshotStore>().Tree(snapshot.Id), Encoding.UTF8.GetBytes(kept), ServiceBench.Cancel)).ShouldNotBeNull();
        using var handle = DirectoryHandle.OpenRoot(target);
        (await new TreeRestorer(await session.BlobsAsync(ServiceBench.Cancel), trees).RestoreAsync(
            node.Subtree!.Value, handle, new RestoreOptions(), new RestoreProgress(), ServiceBench.Cancel)).ShouldBeOfType<RestoreOutcome.Complete>();
        return Path.Combine(target, "numbers");
    }

    private static async Task<(int Code, string Said)> AskAsync(params string[] words)
    {
        using var check = Process.Start(new ProcessStartInfo("dotnet", [BuiltProgram.Writer, .. words]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var said = (await check.StandardOutput.ReadToEndAsync(ServiceBench.Cancel)).Trim();
        await check.WaitForExitAsync(ServiceBench.Cancel);
        return (check.ExitCode, said);
    }
}
