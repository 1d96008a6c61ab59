using System.Diagnostics;
using System.Globalization;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>The real program, killed at random moments of its work: nothing committed is lost, restic finds nothing wrong, the next run heals.</summary>
public sealed class KillTests : Bench
{
    /// <summary>Kills for each of the four kinds of work; 25 make the hundred of a full run.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_KILLS") ?? "5", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archive_Killed_LosesNothingAndTheNextRunKeepsAll()
    {
        await PrepareAsync();
        World.CreateMany(Path.Combine(WorldFolder, "more"), 60, 400_000, seed: 3);
        await KillAsync(["archive", WorldFolder], async before =>
        {
            // All that were there, and perhaps the one that was being made.
            var after = (await Ours.SnapshotsAsync()).Select(snapshot => snapshot.Id.ToString()).ToList();
            after.Take(before.Count).ShouldBe(before);
            after.Count.ShouldBeLessThanOrEqualTo(before.Count + 1);
        });
    }

    [Fact]
    public async Task Forget_Killed_LosesNothingElse()
    {
        await PrepareAsync();
        var kept = (await Ours.SnapshotsAsync())[^1].Id;
        await KillAsync(["forget", "--keep-last", "1"], async _ =>
            (await Ours.SnapshotsAsync()).Select(snapshot => snapshot.Id).ShouldContain(kept));
    }

    [Fact]
    public async Task Prune_Killed_LosesNothingAndTheNextRunFinishes()
    {
        await PrepareAsync();
        await Ours.ForgetAsync(new RetentionPolicy { Last = 1 });
        await KillAsync(["prune"], async before =>
            (await Ours.SnapshotsAsync()).Select(snapshot => snapshot.Id.ToString()).ShouldBe(before));
    }

    [Fact]
    public async Task Restore_Killed_TheNextRunCompletesIt()
    {
        await PrepareAsync();
        var target = Fresh("target");
        var expected = TreeState.Read(WorldFolder);
        await KillAsync(
            ["restore", $"latest:{WorldFolder}", target, "--delete"],
            async _ =>
            {
                await Terminal.RunAsync("restore", $"latest:{WorldFolder}", target, "--delete");
                TreeState.ShouldBe(TreeState.Read(target), expected);
            },
            () =>
            {
                // All to write and something to delete, each time: what is there already takes no time to be killed in.
                if (Directory.Exists(target))
                    Directory.Delete(target, recursive: true);
                World.CreateMany(Path.Combine(target, "data"), 30, 50_000, Random.Shared.Next());
            });
    }

    /// <summary>Three snapshots that share some blobs and not others.</summary>
    private async Task PrepareAsync()
    {
        await Terminal.RunAsync("init");
        foreach (var seed in new[] { 1, 2, 3 })
        {
            World.CreateMany(Path.Combine(WorldFolder, $"part-{seed % 2}"), 40, 200_000, seed);
            await Terminal.RunAsync("archive", WorldFolder);
        }
    }

    private async Task KillAsync(string[] work, Func<List<string>, Task> verifyAsync, Action? prepare = null)
    {
        var sound = Fresh("sound");
        await CopyAsync(Repository, sound);
        prepare?.Invoke();
        var length = await MeasureAsync(work);
        var killed = 0;
        for (var round = 0; round < Kills; round++)
        {
            await ReplaceAsync(sound);
            prepare?.Invoke();
            var before = (await Ours.SnapshotsAsync()).Select(snapshot => snapshot.Id.ToString()).ToList();
            using var process = Terminal.Start(work);
            await WaitForLockAsync(process);
            await Task.Delay(length * Random.Shared.NextDouble(), Token);
            process.Kill();
            await Tool.EndAsync(process, Token);
            killed += process.ExitCode == 0 ? 0 : 1;

            await verifyAsync(before);
            await Ours.ShouldBeSoundAsync();
            var restic = Restic(ResticVersion.New);
            await restic.RunAsync("unlock");
            await restic.CheckAsync();

            await Terminal.RunAsync(work);
            Directory.GetFiles(Path.Combine(Repository, "locks")).ShouldBeEmpty();
            await Ours.ShouldBeSoundAsync();
        }

        killed.ShouldBeGreaterThan(0, "no kill came before the end of the work");
    }

    /// <summary>How long the work takes from its lock to its end.</summary>
    private async Task<TimeSpan> MeasureAsync(string[] work)
    {
        using var process = Terminal.Start(work);
        await WaitForLockAsync(process);
        var started = Stopwatch.GetTimestamp();
        (await Tool.EndAsync(process, Token)).ExitCode.ShouldBe(0);
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task WaitForLockAsync(Process process)
    {
        while (!process.HasExited && Directory.GetFiles(Path.Combine(Repository, "locks")).Length == 0)
        {
            // The lock is another process's file: its coming is only seen by looking, and the kill must come soon after.
            await Task.Delay(1, Token);
        }
    }

    private async Task ReplaceAsync(string sound)
    {
        Directory.Delete(Repository, recursive: true);
        await CopyAsync(sound, Repository);
    }

    private static async Task CopyAsync(string from, string to) =>
        (await Tool.RunAsync("cp", ["-a", from, to], new Dictionary<string, string>(), Token)).ExitCode.ShouldBe(0);
}
