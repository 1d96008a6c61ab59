using System.Globalization;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Copying;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>A second repository kept up to date: restic finds nothing wrong with either, and takes ours for its own copy.</summary>
public sealed class CopyTests : Bench
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_KILLS") ?? "4", CultureInfo.InvariantCulture);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Second => Path.Combine(Folder, "second");

    [Fact]
    public async Task EveryKindOfEntry_Copied_ResticChecksBothAndHasNothingLeftToCopy()
    {
        World.Create(WorldFolder, 1);
        await Ours.InitAsync();
        await Ours.ArchiveAsync(WorldFolder, "world", "id=1", "locked");
        World.Play(WorldFolder, 2);
        await Ours.ArchiveAsync(WorldFolder, "world", "id=2");

        var first = await CopyAsync();
        var again = await CopyAsync();

        (first.Copied, first.There).ShouldBe((2, 0));
        (again.Copied, again.Changed, again.There, again.Blobs).ShouldBe((0, 0, 2, 0));
        foreach (var version in (ResticVersion[])[ResticVersion.Old, ResticVersion.New])
        {
            var copy = new Restic(version, Second, PasswordFile);
            await copy.CheckAsync();
            await Restic(version).CheckAsync();
            var target = Fresh("restic");
            await copy.RunAsync("restore", "latest", "--target", target);
            var found = TreeState.Read(Path.Combine(target, "world"));
            var expected = TreeState.ReadWithoutSockets(WorldFolder);
            Agreement.AllowWhatIsNotKept(version, found, expected);
            TreeState.ShouldBe(found, expected);

            // restic's own copy finds every snapshot there already, by the same marks.
            await copy.RunAsync("copy", "--from-repo", Repository, "--from-password-file", PasswordFile);
            (await copy.SnapshotsAsync()).Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Tags_ChangedSince_ReplaceTheCopyAndKeepItsIdentity()
    {
        World.CreateMany(WorldFolder, 5, 20_000, seed: 1);
        await Ours.InitAsync();
        var made = await Ours.ArchiveAsync(WorldFolder, "world", "id=1", "name=before");
        await CopyAsync();
        await using (var open = await Ours.OpenAsync())
        {
            await new SnapshotFiles(open).ReplaceAsync(made, made.File with { Tags = ["id=1", "name=after", "locked"] }, Token);
        }

        var figures = await CopyAsync();

        (figures.Copied, figures.Changed).ShouldBe((0, 1));
        await using var target = await OpenSecondAsync();
        var file = (await new SnapshotFiles(target).LoadAllAsync(Token)).ShouldHaveSingleItem().File;
        file.AllTags.ShouldBe(["id=1", "name=after", "locked"]);
        file.Original.ShouldBe(made.Id.ToString());
        await new Restic(ResticVersion.New, Second, PasswordFile).CheckAsync();
    }

    [Fact]
    public async Task ResticsCopy_IsTakenForOurs()
    {
        World.CreateMany(WorldFolder, 5, 20_000, seed: 1);
        await Ours.InitAsync();
        await Ours.ArchiveAsync(WorldFolder, "world", "id=1");
        var copy = new Restic(ResticVersion.New, Second, PasswordFile);
        await copy.RunAsync("init", "--from-repo", Repository, "--from-password-file", PasswordFile, "--copy-chunker-params");
        await copy.RunAsync("copy", "--from-repo", Repository, "--from-password-file", PasswordFile);

        var figures = await CopyAsync();

        (figures.Copied, figures.There).ShouldBe((0, 1));
    }

    [Fact]
    public async Task Killed_AtRandomMoments_LosesNothingAndTheNextRunGoesOn()
    {
        await Ours.InitAsync();
        for (var seed = 0; seed < 3; seed++)
        {
            World.CreateMany(Path.Combine(WorldFolder, $"part-{seed}"), 30, 400_000, seed);
            await Ours.ArchiveAsync(WorldFolder, "world", $"id={seed}");
        }

        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        (await Terminal.TryRunRootAsync("storage", "copy", "--to", Fresh("measured"))).ExitCode.ShouldBe(0);
        var length = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        var restic = new Restic(ResticVersion.New, Second, PasswordFile);
        var killed = 0;
        for (var round = 0; round < Kills; round++)
        {
            // From the second round on there may be a half copy already: that is the point.
            using var process = Terminal.StartRoot("storage", "copy", "--to", Second);
            await Task.Delay(length * Random.Shared.NextDouble(), Token);
            process.Kill();
            await Tool.EndAsync(process, Token);
            killed += process.ExitCode == 0 ? 0 : 1;
            if (File.Exists(Path.Combine(Second, "config")))
            {
                await restic.RunAsync("unlock", "--remove-all");
                await restic.CheckAsync();
            }

            await Ours.ShouldBeSoundAsync();
        }

        killed.ShouldBeGreaterThan(0, "no kill came before the end of the work");
        var ended = await Terminal.TryRunRootAsync("storage", "copy", "--to", Second);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        (await restic.SnapshotsAsync()).Count.ShouldBe(3);
        await restic.CheckAsync();
        await Restic(ResticVersion.New).CheckAsync();
        Directory.GetFiles(Path.Combine(Repository, "locks")).ShouldBeEmpty();
    }

    [Fact]
    public async Task TargetFull_LosesNothingAndGoesOnWhenThereIsRoom()
    {
        World.CreateMany(WorldFolder, 40, 1_000_000, seed: 1);
        await Ours.InitAsync();
        await Ours.ArchiveAsync(WorldFolder, "world", "id=1");
        await using var disk = await SmallDisk.MountAsync(Path.Combine(Folder, "usb"), 24);
        var target = Path.Combine(disk.Folder, "copy");

        var full = await Terminal.TryRunRootAsync("storage", "copy", "--to", target);
        full.ExitCode.ShouldBe(1, full.ToString());
        full.Output.ShouldContain("copy-no-space");
        await Ours.ShouldBeSoundAsync();
        await new Restic(ResticVersion.New, target, PasswordFile).CheckAsync();

        // Moved to a larger disk, half copy and all.
        Directory.CreateDirectory(Folder);
        (await Tool.RunAsync("cp", ["-a", target, Second], new Dictionary<string, string>(), Token)).ExitCode.ShouldBe(0);
        (await Terminal.TryRunRootAsync("storage", "copy", "--to", Second)).ExitCode.ShouldBe(0);
        await new Restic(ResticVersion.New, Second, PasswordFile).CheckAsync();
        (await new Restic(ResticVersion.New, Second, PasswordFile).SnapshotsAsync()).Count.ShouldBe(1);
    }

    private async Task<CopyFigures> CopyAsync()
    {
        await using var source = await Ours.OpenAsync();
        await using var target = await OpenSecondAsync();
        await using var held = await Ours.LockAsync(target, LockMode.Shared);
        return await new RepositoryCopier(source, target, null).RunAsync(Token);
    }

    private async Task<OpenRepository> OpenSecondAsync()
    {
        var backend = BackendFactory.Open(new RepositoryLocation.Local(Second), TimeProvider.System);
        var opener = new RepositoryOpener(TimeProvider.System);
        var password = (await File.ReadAllTextAsync(PasswordFile, Token)).Trim();
        if (await backend.SizeAsync(RepositoryFile.Config, Token) is not null)
            return await opener.OpenAsync(backend, password, Token);
        await using var model = await Ours.OpenAsync();
        return await opener.CreateLikeAsync(backend, password, model, Token);
    }
}
