using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Tests.FirstWeek;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests;

/// <summary>A snapshot of a server into a repository on a small disk of its own.</summary>
public sealed class RoomTests : IAsyncLifetime
{
    private const int Mebi = 1 << 20;

    private readonly string _root = TestFolder.Make();
    private SmallDisk _disk = null!;

    public async ValueTask InitializeAsync() => _disk = await SmallDisk.MountAsync(Path.Combine(_root, "disk"), 64);

    public async ValueTask DisposeAsync()
    {
        await _disk.DisposeAsync();
        TestFolder.Remove(_root);
    }

    [Fact]
    public async Task Create_WorldDoesNotFit_IsRefusedBeforeAnythingIsReadAndSaysWhatIsMissing()
    {
        await using var bench = await OpenAsync();
        var (game, server) = await StartAsync(bench, "head -c 80000000 /dev/urandom > /data/world");
        var since = (await bench.InspectAsync(game)).State.StartedAt;
        var seen = new List<string>();

        var outcome = await bench.RunAsync(new CreateSnapshot { Server = server.Id }, new Steps(seen));

        var room = outcome.ShouldBeOfType<CreateSnapshotOutcome.Refused>().Refusal.ShouldBeOfType<Refusal.NoSpace>();
        room.Path.ShouldBe(RepositoryOf(bench));
        room.Needed.ShouldBeInRange(79_000_000, 81_000_000);
        room.Free.ShouldBeInRange(Usable(), 64 * Mebi);
        seen.Distinct().ShouldBe(["inspect"]);
        Packs().ShouldBeEmpty();
        var now = (await bench.InspectAsync(game)).State;
        (now.StartedAt, now.IsPaused).ShouldBe((since, false));

        await bench.ShellAsync(game, "head -c 30000000 /dev/urandom > /data/world");
        (await bench.SnapshotAsync(server.Id)).Warnings.ShouldBeEmpty();
        await bench.ShellAsync(game, "head -c 30000000 /dev/urandom > /data/world");
        (await bench.RunAsync(new CreateSnapshot { Server = server.Id })).ShouldBeOfType<CreateSnapshotOutcome.Refused>();
    }

    [Fact]
    public async Task Create_LargerThanTheRoomButShrinksOrIsThereTwice_IsMade()
    {
        await using var bench = await OpenAsync();
        var (game, server) = await StartAsync(
            bench,
            "mkdir /data/world /data/copy; head -c 20000000 /dev/urandom > /data/world/r.0.0.mca; cp /data/world/r.0.0.mca /data/copy; while echo 'somebody joined the game'; do :; done | head -c 40000000 > /data/log");

        (await bench.SnapshotAsync(server.Id)).Warnings.ShouldBeEmpty();

        // Changed as a game does, a little in a file that is larger than what is left.
        await bench.ShellAsync(game, "head -c 15000000 /dev/urandom > /data/other");
        await bench.SnapshotAsync(server.Id);
        await bench.ShellAsync(game, "printf changed | dd of=/data/world/r.0.0.mca bs=4096 seek=1000 conv=notrunc");
        Usable().ShouldBeLessThan(20_000_000);
        await bench.SnapshotAsync(server.Id);
    }

    [Fact]
    public async Task Create_RoomForTheWorldAlone_LeavesTheImageOutAndSaysSo()
    {
        await using var bench = await OpenAsync();
        var (_, server) = await StartAsync(bench, $"head -c {Usable() - Mebi} /dev/urandom > /data/world");

        var made = await bench.SnapshotAsync(server.Id);

        made.Warnings.ShouldHaveSingleItem().Code.ShouldBe("image-left-out");
    }

    [Theory]
    [InlineData("truncate", "no room is seen while it reads")]
    [InlineData("urandom", "a write fails")]
    public async Task Create_DiskFillsWhileItReads_HarmsNothing(string world, string how)
    {
        await using var bench = await OpenAsync();
        var (game, server) = await StartAsync(bench, "echo first > /data/level");
        var kept = await bench.SnapshotAsync(server.Id);
        var before = Packs();
        await bench.ShellAsync(game, world == "urandom" ? "head -c 40000000 /dev/urandom > /data/world" : "dd if=/dev/zero of=/data/world bs=1 count=1 seek=200000000");
        var filler = Path.Combine(_disk.Folder, "films");
        var fill = new AtStep("read", () => FillAsync(filler));

        var result = await bench.Operations.RunAsync(new CreateSnapshot { Server = server.Id }, new Requester("terminal:test"), fill, ServiceBench.Cancel);

        fill.Happened.ShouldBeTrue();
        if (result is OperationResult<CreateSnapshotOutcome>.Ended ended)
            ended.Outcome.ShouldBeOfType<CreateSnapshotOutcome.Refused>(how).Refusal.ShouldBeOfType<Refusal.NoSpace>();
        else
            result.ShouldBeOfType<OperationResult<CreateSnapshotOutcome>.Failed>().Failure.Code.ShouldBe("no-space");
        (await bench.InspectAsync(game)).State.ShouldSatisfyAllConditions(state => state.IsRunning.ShouldBeTrue(), state => state.IsPaused.ShouldBeFalse());
        Packs().ShouldBe(before, "what was written was taken back: it would take the room that is missing");

        File.Delete(filler);
        (await bench.RunAsync(new VerifySnapshot(kept.Id))).ShouldNotBeNull();
        await bench.SnapshotAsync(server.Id);
    }

    private static async Task<ServiceBench> OpenAsync() => await ServiceBench.OpenAsync(TestEngine.Old);

    private async Task<(ContainerId Game, ServerInfo Server)> StartAsync(ServiceBench bench, string world)
    {
        Directory.CreateDirectory(Path.Combine(bench.Root, "sb-data"));
        Directory.CreateSymbolicLink(RepositoryOf(bench), Directory.CreateDirectory(Path.Combine(_disk.Folder, "repository")).FullName);
        var game = await bench.StartGameAsync();
        await bench.ShellAsync(game, world);
        return (game, await bench.AddServerAsync("Survival", game));
    }

    private static string RepositoryOf(ServiceBench bench) => Path.Combine(bench.Root, "sb-data", "repository");

    /// <summary>Bytes a snapshot may take: a tenth of a small disk stays free.</summary>
    private long Usable()
    {
        var disk = new DriveInfo(_disk.Folder);
        return disk.AvailableFreeSpace - (disk.TotalSize / 10);
    }

    private string[] Packs() =>
        [.. Directory.EnumerateFiles(Path.Combine(_disk.Folder, "repository", "data"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Takes all but two mebibytes.</summary>
    private async Task FillAsync(string path)
    {
        await using var file = File.Create(path);
        var noise = new byte[Mebi];
        for (var left = new DriveInfo(_disk.Folder).AvailableFreeSpace - (2 * Mebi); left > 0; left -= noise.Length)
            await file.WriteAsync(noise);
        file.Flush(flushToDisk: true);
    }

    private sealed class Steps(List<string> seen) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => seen.Add(value.Step);
    }
}
