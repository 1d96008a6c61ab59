using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>One repository, used by us and by restic in turns: both write, both forget and prune.</summary>
public sealed class TurnsTests : Bench
{
    [Fact]
    public async Task TwentyTurns_BothWriteAndPrune_StaysSound()
    {
        var old = Restic(ResticVersion.Old);
        var recent = Restic(ResticVersion.New);
        World.CreateMany(WorldFolder, 40, 60_000, seed: 1);
        Directory.CreateDirectory(Path.Combine(WorldFolder, "data"));
        World.CreateMany(Path.Combine(WorldFolder, "data"), 3, 20_000, seed: 2);
        await File.WriteAllBytesAsync(Path.Combine(WorldFolder, "data", "large"), new byte[2_000_000], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(WorldFolder, "data", "small"), "small", TestContext.Current.CancellationToken);
        await Ours.InitAsync();
        for (var turn = 1; turn <= 20; turn++)
        {
            World.Play(WorldFolder, turn);
            switch (turn % 4)
            {
                case 0: await old.RunAsync("backup", WorldFolder); break;
                case 2: await recent.RunAsync("backup", WorldFolder); break;
                default: await Ours.ArchiveAsync(WorldFolder, "world"); break;
            }

            switch (turn)
            {
                case 5 or 15:
                    await Ours.ForgetAsync(new RetentionPolicy { Last = 3 });
                    await Ours.PruneAsync();
                    break;
                case 10:
                    await recent.RunAsync("forget", "--keep-last", "2", "--group-by", "", "--prune", "--max-unused", "0");
                    break;
                case 18:
                    await old.RunAsync("forget", "--keep-last", "3", "--group-by", "", "--prune", "--max-unused", "0");
                    break;
            }

            if (turn % 5 == 0)
            {
                await Ours.ShouldBeSoundAsync();
                await (turn == 10 ? old : recent).CheckAsync();
            }
        }

        var expected = TreeState.Read(WorldFolder);
        var last = await Ours.ArchiveAsync(WorldFolder, "world");
        var theirs = Fresh("theirs");
        await recent.RunAsync("restore", last.Id.ToString(), "--target", theirs);
        TreeState.ShouldBe(TreeState.Read(Path.Combine(theirs, "world")), expected);
        var ours = Fresh("ours");
        (await Ours.RestoreAsync(last.Id.ToString(), "world", ours)).ShouldBeOfType<RestoreOutcome.Complete>();
        TreeState.ShouldBe(TreeState.Read(ours), expected);
    }
}
