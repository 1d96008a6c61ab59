using System.Globalization;
using Shouldly;
using SnapshotBot.Storage.FileSystem;
using Xunit;

namespace SnapshotBot.Storage.Tests.FileSystem;

/// <summary>A process that gives way is in a group of its own for as long as it does, and in the one it came from afterwards.</summary>
[Collection(nameof(OwnGroup))]
public sealed class IdleGroupTests
{
    [Fact]
    public void TryJoin_Allowed_IsAloneUntilDisposedAndCountsAsOthersMeanwhile()
    {
        var before = Groups();
        string joined;
        using (var group = IdleGroup.TryJoin())
        {
            if (group is null)
                Assert.Skip("Groups for processor time can't be made here.");
            joined = FolderOf(Environment.ProcessId).ShouldNotBeNull();
            IsIdle(joined).ShouldBeTrue();
            using (group.Suspend())
            {
                IsIdle(joined).ShouldBeFalse();
                using (group.Suspend())
                    IsIdle(joined).ShouldBeFalse();
                IsIdle(joined).ShouldBeFalse("somebody still wants it");
            }

            IsIdle(joined).ShouldBeTrue();
        }

        Groups().ShouldBe(before);
        Directory.Exists(joined).ShouldBeFalse();
    }

    [Fact]
    public void TryJoin_AKilledProcessLeftItsGroup_IsSweptAndOneInUseIsNot()
    {
        string left, used;
        using (var first = IdleGroup.TryJoin())
        {
            if (first is null)
                Assert.Skip("Groups for processor time can't be made here.");
            var top = Path.GetDirectoryName(FolderOf(Environment.ProcessId))!;
            (left, used) = ($"{top}/snapshotbot-99999998", $"{top}/snapshotbot-99999999");
        }

        using var sleeper = System.Diagnostics.Process.Start("sleep", "60");
        Directory.CreateDirectory(left);
        Directory.CreateDirectory(used);
        try
        {
            File.WriteAllText($"{used}/cgroup.procs", sleeper.Id.ToString(CultureInfo.InvariantCulture));

            IdleGroup.TryJoin().ShouldNotBeNull().Dispose();

            (Directory.Exists(left), Directory.Exists(used)).ShouldBe((false, true));
        }
        finally
        {
            sleeper.Kill();
            sleeper.WaitForExit();
        }

        // A process that was killed is gone from its group a moment after it is gone for those who wait for it.
        SpinWait.SpinUntil(
            () =>
            {
                IdleGroup.TryJoin().ShouldNotBeNull().Dispose();
                return !Directory.Exists(used);
            },
            TimeSpan.FromSeconds(10)).ShouldBeTrue();
    }

    [Fact]
    public void EndLaunched_NobodyLooksAfterIt_CountsAsOthers()
    {
        string launched;
        using (var group = IdleGroup.TryJoin())
        {
            if (group is null)
                Assert.Skip("Groups for processor time can't be made here.");
            launched = FolderOf(Environment.ProcessId).ShouldNotBeNull();
        }

        Directory.CreateDirectory(launched);
        try
        {
            File.WriteAllText($"{launched}/cpu.idle", "1");

            IdleGroup.EndLaunched();

            IsIdle(launched).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(launched);
        }
    }

    [Theory]
    [InlineData(5, 60, false)]
    [InlineData(9, 91, true)]
    [InlineData(11, 89, false)]
    [InlineData(0, 250, true)]
    public void IsTooLittle_LessThanATenthOfWhatItWanted_IsNoProgress(int ran, int waited, bool tooLittle) =>
        IdleGroup.IsTooLittle(TimeSpan.FromMilliseconds(ran), TimeSpan.FromMilliseconds(waited)).ShouldBe(tooLittle);

    private static string[] Groups() => File.ReadAllLines("/proc/self/cgroup");

    private static bool IsIdle(string folder) => File.ReadAllText($"{folder}/cpu.idle").Trim() == "1";

    private static string? FolderOf(int process) =>
        MountTable.Parse(File.ReadAllBytes("/proc/self/mountinfo")).Mounts
            .Where(mount => mount.FileSystem is "cgroup" or "cgroup2")
            .Select(mount => $"{System.Text.Encoding.UTF8.GetString(mount.MountPoint.Span)}/snapshotbot-{process}")
            .FirstOrDefault(Directory.Exists);
}

/// <summary>The group of the test's own process: nobody else changes it meanwhile, nor is slowed by it.</summary>
[CollectionDefinition(nameof(OwnGroup), DisableParallelization = true)]
public sealed class OwnGroup;
