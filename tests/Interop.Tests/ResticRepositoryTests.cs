using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Storage.Restoring;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>What real restic writes, we list, compare, restore, check and prune; then restic checks what we left.</summary>
public sealed class ResticRepositoryTests : Bench
{
    [Theory]
    [InlineData(ResticVersion.Old, 1, "auto")]
    [InlineData(ResticVersion.Old, 2, "auto")]
    [InlineData(ResticVersion.Old, 2, "max")]
    [InlineData(ResticVersion.New, 1, "off")]
    [InlineData(ResticVersion.New, 2, "off")]
    [InlineData(ResticVersion.New, 2, "auto")]
    [InlineData(ResticVersion.New, 2, "max")]
    public async Task EveryKindOfEntry_WrittenByRestic_WeReadAndTidy(ResticVersion version, int repositoryVersion, string compression)
    {
        var restic = Restic(version);
        World.Create(WorldFolder, 1);
        await restic.InitAsync(repositoryVersion);
        await restic.RunAsync("backup", "--compression", compression, WorldFolder);
        var before = TreeState.ReadWithoutSockets(WorldFolder);
        World.Play(WorldFolder, 2);
        await restic.RunAsync("backup", "--compression", compression, WorldFolder);
        var after = TreeState.ReadWithoutSockets(WorldFolder);
        var ids = await restic.SnapshotsAsync();

        (await Ours.SnapshotsAsync()).Select(snapshot => snapshot.Id.ToString()).ShouldBe(ids);
        await Agreement.ShouldListAlikeAsync(Ours, restic, ids[1]);
        await Agreement.ShouldDifferAlikeAsync(Ours, restic, ids[0], ids[1]);
        await Ours.ShouldBeSoundAsync();
        await ShouldRestoreAsync(ids[0], before, version);
        await ShouldRestoreAsync(ids[1], after, version);

        // Ours joins in, then only the newest two stay.
        await Ours.ArchiveAsync(WorldFolder, "world");
        await Ours.ForgetAsync(new RetentionPolicy { Last = 2 });
        await Ours.PruneAsync();

        await restic.CheckAsync();
        (await restic.SnapshotsAsync()).Count.ShouldBe(2);
        await Ours.ShouldBeSoundAsync();
        await ShouldRestoreAsync(ids[1], after, version);
    }

    private async Task ShouldRestoreAsync(string snapshot, SortedDictionary<string, string> expected, ResticVersion version)
    {
        var target = Fresh("ours");
        (await Ours.RestoreAsync(snapshot, WorldFolder.TrimStart('/'), target)).ShouldBeOfType<RestoreOutcome.Complete>();
        var found = TreeState.ReadWithoutSockets(target);
        Agreement.AllowWhatIsNotKept(version, found, expected);
        TreeState.ShouldBe(found, expected);
    }
}
