using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Locking;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>Each of us stops where the other works.</summary>
public sealed class LockTests : Bench
{
    [Theory]
    [InlineData(ResticVersion.Old)]
    [InlineData(ResticVersion.New)]
    public async Task LockOfOurs_ResticPrune_StopsAtIt(ResticVersion version)
    {
        var restic = Restic(version);
        await PrepareAsync();
        await using var open = await Ours.OpenAsync();
        await using (await Ours.LockAsync(open, LockMode.Shared))
        {
            (await restic.TryRunAsync("prune")).Errors.ShouldContain($"PID {Environment.ProcessId}");
            await restic.RunAsync("backup", WorldFolder);
            await restic.RunAsync("unlock");
            (await restic.TryRunAsync("prune")).ExitCode.ShouldNotBe(0);
        }

        await restic.RunAsync("prune");
    }

    [Theory]
    [InlineData(ResticVersion.Old)]
    [InlineData(ResticVersion.New)]
    public async Task ExclusiveLockOfOurs_ResticBackup_StopsAtIt(ResticVersion version)
    {
        var restic = Restic(version);
        await PrepareAsync();
        await using var open = await Ours.OpenAsync();
        await using (await Ours.LockAsync(open, LockMode.Exclusive))
        {
            (await restic.TryRunAsync("backup", WorldFolder)).ExitCode.ShouldNotBe(0);
        }

        await restic.RunAsync("backup", WorldFolder);
    }

    [Theory]
    [InlineData(ResticVersion.Old)]
    [InlineData(ResticVersion.New)]
    public async Task LockOfRestic_OurPrune_StopsAtItAndHealsWhenItIsKilled(ResticVersion version)
    {
        await PrepareAsync();
        await using var open = await Ours.OpenAsync();

        // It holds its lock until its input ends.
        using var backup = Restic(version).Start("backup", "--stdin");
        await WaitForLockAsync();
        var error = await Should.ThrowAsync<RepositoryLockedException>(Ours.LockAsync(open, LockMode.Exclusive));
        error.Holder!.ProcessId.ShouldBe(backup.Id);
        await using (await Ours.LockAsync(open, LockMode.Shared))
        {
            // Sharing is fine.
        }

        backup.Kill();
        await backup.WaitForExitAsync(TestContext.Current.CancellationToken);
        Directory.GetFiles(Path.Combine(Repository, "locks")).Length.ShouldBe(1);

        await using (await Ours.LockAsync(open, LockMode.Exclusive))
        {
            Directory.GetFiles(Path.Combine(Repository, "locks")).Length.ShouldBe(1);
        }

        Directory.GetFiles(Path.Combine(Repository, "locks")).ShouldBeEmpty();
    }

    private async Task PrepareAsync()
    {
        World.CreateMany(WorldFolder, 3, 1000, seed: 1);
        await Ours.InitAsync();
        await Ours.ArchiveAsync(WorldFolder, "world");
    }

    private async Task WaitForLockAsync()
    {
        using var watcher = new FileSystemWatcher(Path.Combine(Repository, "locks")) { EnableRaisingEvents = true };
        var seen = new TaskCompletionSource();
        watcher.Renamed += (_, _) => seen.TrySetResult();
        if (Directory.GetFiles(Path.Combine(Repository, "locks")).Any(file => Path.GetFileName(file).Length == 64))
        {
            return;
        }

        await seen.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
