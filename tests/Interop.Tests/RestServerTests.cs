using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Testing;
using SnapshotBot.Testing.Backends;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>The whole of it over restic's REST protocol, against a real server that wants a password.</summary>
public sealed class RestServerTests : Bench
{
    [Fact]
    public async Task EveryCommand_OverRest_LeavesWhatResticFindsSound()
    {
        Directory.CreateDirectory(Repository);
        await using var server = await RcloneServer.StartAsync(Repository, new RestCredentials("me", "se cret"), []);
        var address = server.Location.Address;
        var terminal = new Terminal($"rest:http://me:se%20cret@{address.Authority}/", PasswordFile, Path.Combine(Folder, "data"));
        World.CreateMany(WorldFolder, 30, 300_000, seed: 1);

        await terminal.RunAsync("init");
        await terminal.RunAsync("archive", WorldFolder);
        World.CreateMany(Path.Combine(WorldFolder, "more"), 10, 100_000, seed: 2);
        Directory.GetFiles(WorldFolder).Take(20).ToList().ForEach(File.Delete);
        await terminal.RunAsync("archive", WorldFolder);
        await terminal.RunAsync("forget", "--keep-last", "1");
        await terminal.RunAsync("prune");
        await terminal.RunAsync("check", "--read-data");
        var target = Fresh("target");
        await terminal.RunAsync("restore", $"latest:{WorldFolder}", target);

        TreeState.ShouldBe(TreeState.Read(target), TreeState.Read(WorldFolder));
        await Restic(ResticVersion.New).CheckAsync();
        (await Restic(ResticVersion.New).SnapshotsAsync()).Count.ShouldBe(1);
        var wrong = await new Terminal($"rest:http://me:guess@{address.Authority}/", PasswordFile, Path.Combine(Folder, "data")).TryRunAsync("snapshots");
        wrong.ExitCode.ShouldNotBe(0);
        wrong.ToString().ShouldNotContain("guess");
    }
}
