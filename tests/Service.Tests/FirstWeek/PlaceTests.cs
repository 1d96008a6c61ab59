using System.Diagnostics;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Restore;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.FirstWeek;

/// <summary>Data in places of the host's own choosing: behind links, on other mounts, with little room.</summary>
public sealed class PlaceTests
{
    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Restore_DockerRootAndBindBehindLinks_FollowsTheAdminsLinksOnce(string name)
    {
        await using var engine = await ThrowAwayEngine.StartMovedAsync(name, ServiceBench.Cancel);
        await using var bench = await ServiceBench.OpenAsync(TestEngine.At(name, engine.Endpoint));
        Directory.CreateDirectory(Path.Combine(bench.Root, "disk", "conf"));
        Directory.CreateSymbolicLink(Path.Combine(bench.Root, "link"), Path.Combine(bench.Root, "disk"));
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts = [BlueprintMount.Volume(bench.Engine.Name("world"), "/data"), BlueprintMount.Bind(Path.Combine(bench.Root, "link", "conf"), "/conf")],
        });
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /conf/level && echo old > /game/new.txt && ln -s /etc/passwd /data/trap");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var before = await WorldPrint.TakeAsync(bench, game);
        await bench.ShellAsync(game, "echo new > /data/level && echo new > /conf/level && rm /game/new.txt /data/trap && ln -s /etc /data/trap");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await WorldPrint.TakeAsync(bench, game)).ShouldBe(before);
        new DirectoryInfo(Path.Combine(bench.Root, "link")).LinkTarget.ShouldBe(Path.Combine(bench.Root, "disk"));
    }

    [Fact]
    public async Task Restore_BindIsAMountPointOfItsOwn_StagesInsideAndLeavesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.New);
        await using var disk = await OtherDisk.MountAsync(Path.Combine(bench.Root, "disk"), "16m");
        Directory.CreateDirectory(Path.Combine(disk.Path, "below"));
        var game = await bench.StartGameAsync(change: one => one with
        {
            Mounts = [BlueprintMount.Bind(disk.Path, "/data"), BlueprintMount.Bind(Path.Combine(disk.Path, "below"), "/below")],
        });
        await bench.ShellAsync(game, "echo old > /data/level && echo old > /below/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "echo new > /data/level && echo new > /below/level && echo more > /data/more");

        (await bench.RunAsync(new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id })).ShouldBeOfType<RestoreOutcome.Restored>();

        (await bench.ShellAsync(game, "cat /data/level /below/level; ls -a /data")).ShouldBe("old\nold\n.\n..\nbelow\nlevel\n");
    }

    [Fact]
    public async Task Restore_TooLittleRoom_SaysHowMuchIsMissingAndTouchesNothing()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        await using var disk = await OtherDisk.MountAsync(Path.Combine(bench.Root, "disk"), "16m");
        var game = await bench.StartGameAsync(change: one => one with { Mounts = [BlueprintMount.Bind(disk.Path, "/data")] });
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1048576 count=8");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "dd if=/dev/urandom of=/data/big bs=1048576 count=8");
        var started = (await bench.InspectAsync(game)).State.StartedAt;
        var request = new RestoreSnapshot { Server = server.Id, Snapshot = snapshot.Id };

        var cost = (await bench.Get<RestorePreview>().CostAsync(request, ServiceBench.Cancel)).ShouldBeOfType<RestoreCost.Cost>();
        var refused = (await bench.RunAsync(request)).ShouldBeOfType<RestoreOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.NoSpace>();

        // 16 MiB hold 8; a tenth stays free: 6.4 are usable, 1.6 missing.
        cost.Space.ShouldNotBeNull().Missing.ShouldBeInRange(1L << 20, 2L << 20);
        (refused.Needed - (refused.Free - refused.Reserve)).ShouldBeInRange(1L << 20, 2L << 20);
        (await bench.InspectAsync(game)).State.StartedAt.ShouldBe(started);
        Directory.EnumerateFileSystemEntries(disk.Path, ".snapshotbot-*").ShouldBeEmpty();
    }

    /// <summary>A file system in memory, mounted for one test.</summary>
    private sealed class OtherDisk : IAsyncDisposable
    {
        private OtherDisk(string path) => Path = path;

        public string Path { get; }

        public static async Task<OtherDisk> MountAsync(string path, string size)
        {
            Directory.CreateDirectory(path);
            await RunAsync("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", path);
            return new OtherDisk(path);
        }

        public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", Path);

        private static async Task RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0);
        }
    }
}
