using System.Text.Json;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>What the kernel is asked for, and what happens when it has no room.</summary>
public sealed class DurabilityTests : Bench
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archive_SystemCalls_FlushBeforeEachRenameAndPacksBeforeIndexBeforeSnapshot()
    {
        World.CreateMany(WorldFolder, 20, 1_000_000, seed: 1);
        await Terminal.RunAsync("init");

        var told = FlushTrace.HoldToRepositoryOrder(await Terminal.TraceAsync(Fresh("trace"), "archive", WorldFolder), Repository);

        told.Count(one => one == "+data").ShouldBeGreaterThan(1);
        told.Where(one => one != "+data").ShouldBe(["+index", "+snapshots"]);
        told.TakeLast(2).ShouldBe(["+index", "+snapshots"]);
    }

    [Fact]
    public async Task ForgetAndPrune_SystemCalls_RemoveNothingBeforeWhatTakesItsPlaceIsDurable()
    {
        World.CreateMany(WorldFolder, 40, 500_000, seed: 1);
        await Terminal.RunAsync("init");
        await Terminal.RunAsync("archive", WorldFolder);

        // Some packs are needed in part afterwards, some not at all.
        World.CreateMany(WorldFolder, 25, 500_000, seed: 2);
        await Terminal.RunAsync("archive", WorldFolder);

        var forgot = FlushTrace.HoldToRepositoryOrder(await Terminal.TraceAsync(Fresh("trace"), "forget", "--keep-last", "1"), Repository);
        var pruned = FlushTrace.HoldToRepositoryOrder(await Terminal.TraceAsync(Fresh("trace"), "prune"), Repository);

        forgot.ShouldBe(["-snapshots"]);
        pruned.ShouldBeSubsetOf(["+index", "-index", "-data", "+data"]);
        pruned.ShouldContain("-data");
        pruned.ShouldContain("+data", "some packs are written anew");
        pruned[0].ShouldBe("+index");
        await Ours.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Archive_DiskFull_SaysSoHarmsNothingAndLeavesRoom()
    {
        await using var disk = await SmallDisk.MountAsync(Repository, 40);
        World.CreateMany(Path.Combine(WorldFolder, "small"), 5, 200_000, seed: 1);
        World.CreateMany(Path.Combine(WorldFolder, "large"), 60, 1_000_000, seed: 2);
        await Terminal.RunAsync("init");
        await Terminal.RunAsync("archive", Path.Combine(WorldFolder, "small"));
        var before = new DriveInfo(Repository).AvailableFreeSpace;

        var ended = await Terminal.TryRunAsync("archive", WorldFolder);

        ended.ExitCode.ShouldBe(3, ended.ToString());
        JsonDocument.Parse(ended.Output).RootElement.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("space");
        Directory.GetFiles(Repository, "*-tmp-*", SearchOption.AllDirectories).ShouldBeEmpty();
        new DriveInfo(Repository).AvailableFreeSpace.ShouldBeGreaterThan(before - (2 << 20));
        (await Ours.SnapshotsAsync()).Count.ShouldBe(1);
        await Ours.ShouldBeSoundAsync();
        await Restic(ResticVersion.New).CheckAsync();

        // There is room for what fits.
        await Terminal.RunAsync("archive", Path.Combine(WorldFolder, "small"));
        await Ours.ForgetAsync(new RetentionPolicy { Last = 1 });
        await Ours.PruneAsync();
    }

    [Fact]
    public async Task Archive_RepositoryReadOnly_SaysSo()
    {
        await using var disk = await SmallDisk.MountAsync(Repository, 40);
        World.CreateMany(WorldFolder, 2, 1000, seed: 1);
        await Terminal.RunAsync("init");
        await Terminal.RunAsync("archive", WorldFolder);
        await Tool.RunAsync("mount", ["-o", "remount,ro", Repository], new Dictionary<string, string>(), Token);

        var archived = await Terminal.TryRunAsync("archive", WorldFolder);
        var listed = await Terminal.TryRunAsync("ls", "latest");

        archived.ExitCode.ShouldNotBe(0);
        JsonDocument.Parse(archived.Output).RootElement.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("can only be read");
        listed.ExitCode.ShouldBe(0, listed.ToString());
    }
}
