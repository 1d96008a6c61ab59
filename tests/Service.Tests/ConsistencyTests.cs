using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Capture;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>
/// A program in the container writes one number after the other through files, mappings, databases and a log, as fast as it can. Every
/// snapshot taken meanwhile must be of one moment. <c>SNAPSHOTBOT_TEST_SNAPSHOTS</c> says how many to take.
/// </summary>
public sealed class ConsistencyTests
{
    private static readonly int Snapshots = int.TryParse(
        Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_SNAPSHOTS"), CultureInfo.InvariantCulture, out var number) ? number : 4;

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
            var (fault, moment) = await CheckAsync(bench, snapshot);
            fault.ShouldBeNull($"snapshot {i}");
            moment.ShouldBeInRange(Math.Max(before, last), after + 1);
            last = moment;
        }
    }

    /// <summary>Without the rules the proof fails: so it can.</summary>
    [Theory, InlineData(true, false), InlineData(false, true)]
    public async Task Create_WithoutAFlushOrTheRacyRule_IsFoundOut(bool syncs, bool knowsRacy)
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old, add: services => services.AddSingleton(new CaptureRules { Syncs = syncs, KnowsRacy = knowsRacy }));
        var game = await StartWriterAsync(bench);
        var server = await bench.AddServerAsync("Survival", game);
        string? fault = null;
        for (var i = 0; i < 20 && fault is null; i++)
            (fault, _) = await CheckAsync(bench, await bench.SnapshotAsync(server.Id));
        fault.ShouldNotBeNull();
    }

    private static async Task<ContainerId> StartWriterAsync(ServiceBench bench)
    {
        var game = await bench.StartGameAsync(change: blueprint => blueprint with
        {
            Command = ["/dotnet/dotnet", "/writer/snapshotbot-writer.dll", "count", "/data/numbers"],
            Environment = ["DOTNET_gcServer=0", "DOTNET_EnableDiagnostics=0"],
            Mounts =
            [
                .. blueprint.Mounts,
                .. new (string Host, string Inside)[] { ("/usr", "/usr"), ("/lib", "/lib"), ("/lib64", "/lib64"), (BuiltProgram.DotnetFolder, "/dotnet"), (BuiltProgram.WriterFolder, "/writer") }
                    .Where(one => Directory.Exists(one.Host)).Select(one => new BlueprintMount(MountKind.Bind, one.Host, one.Inside, MountAccess.ReadOnly)),
            ],
        });
        for (var since = Stopwatch.GetTimestamp(); await LastAsync(bench, game) < 100;)
        {
            Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(60), "the writer does not write");
            // A program inside a container says how far it is only when asked.
            await Task.Delay(100, ServiceBench.Cancel);
        }

        return game;
    }

    private static async Task<long> LastAsync(ServiceBench bench, ContainerId game)
    {
        var text = await bench.ShellAsync(game, "tail -n 2 /data/numbers/numbers.log 2>/dev/null || true");
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && long.TryParse(first, CultureInfo.InvariantCulture, out var last) ? last : 0;
    }

    /// <summary>Gets the snapshot's files out of the repository and asks the writer of what moment they are.</summary>
    private static async Task<(string? Fault, long Moment)> CheckAsync(ServiceBench bench, SnapshotInfo snapshot)
    {
        var folder = TestFolder.Make();
        try
        {
            var files = ((SnapshotListing.Entries)await bench.Browser.ListAsync(snapshot.Id, "/data/numbers", ServiceBench.Cancel)).Items;
            foreach (var file in files)
            {
                await using var copy = new FileStream(Path.Combine(folder, file.Name), FileMode.CreateNew);
                await bench.Browser.GetAsync(snapshot.Id, "/data/numbers/" + file.Name, _ => copy, ServiceBench.Cancel);
            }

            using var check = Process.Start(new ProcessStartInfo("dotnet", [BuiltProgram.Writer, "check", folder]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = (await check.StandardOutput.ReadToEndAsync(ServiceBench.Cancel)).Trim();
            await check.WaitForExitAsync(ServiceBench.Cancel);
            return check.ExitCode == 0 ? (null, long.Parse(said[(said.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)) : (said, 0);
        }
        finally
        {
            TestFolder.Remove(folder);
        }
    }
}
