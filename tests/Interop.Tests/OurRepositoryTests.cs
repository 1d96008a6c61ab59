using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>What we write, real restic checks, lists, compares, restores and prunes.</summary>
public sealed class OurRepositoryTests : Bench
{
    [Theory]
    [InlineData(ResticVersion.Old)]
    [InlineData(ResticVersion.New)]
    public async Task EveryKindOfEntry_WrittenByUs_ResticReadsAndTidies(ResticVersion version)
    {
        var restic = Restic(version);
        World.Create(WorldFolder, 1);
        await Ours.InitAsync();
        var first = await Ours.ArchiveAsync(WorldFolder, "world");
        var before = TreeState.ReadWithoutSockets(WorldFolder);
        World.Play(WorldFolder, 2);
        var second = await Ours.ArchiveAsync(WorldFolder, "world");
        var after = TreeState.ReadWithoutSockets(WorldFolder);

        await restic.CheckAsync();
        (await restic.SnapshotsAsync()).ShouldBe([first.Id.ToString(), second.Id.ToString()]);
        await Agreement.ShouldListAlikeAsync(Ours, restic, second.Id.ToString());
        await Agreement.ShouldDifferAlikeAsync(Ours, restic, first.Id.ToString(), second.Id.ToString());
        await ShouldRestoreAsync(restic, first.Id.ToString(), before);
        await ShouldRestoreAsync(restic, second.Id.ToString(), after);

        await restic.RunAsync("forget", "--keep-last", "1", "--prune", "--max-unused", "0");
        (await Ours.SnapshotsAsync()).ShouldHaveSingleItem().Id.ShouldBe(second.Id);
        await Ours.ShouldBeSoundAsync();
        var target = Fresh("ours");
        (await Ours.RestoreAsync(second.Id.ToString(), "world", target)).ShouldBeOfType<RestoreOutcome.Complete>();
        TreeState.ShouldBe(TreeState.Read(target), TreeState.Read(WorldFolder));
        await restic.CheckAsync();
    }

    private async Task ShouldRestoreAsync(Restic restic, string snapshot, SortedDictionary<string, string> expected)
    {
        var target = Fresh("restic");
        await restic.RunAsync("restore", snapshot, "--target", target);
        var found = TreeState.Read(Path.Combine(target, "world"));
        Agreement.AllowWhatIsNotKept(restic.Version, found, expected);
        TreeState.ShouldBe(found, expected);
    }
}
