using System.Text.Json;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>Damage to a repository on disk, met by the real program: found, named, and never restored as if nothing were wrong.</summary>
public sealed class DamageTests : Bench
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("data")]
    [InlineData("index")]
    [InlineData("snapshots")]
    public async Task FileLost_CheckNamesItAndRestoreSaysSo(string folder)
    {
        await PrepareAsync();
        var lost = FilesOf(folder)[0];
        File.Delete(lost);
        if (folder == "snapshots")
        {
            // A snapshot that is gone leaves no trace; the other one is whole.
            (await Terminal.TryRunAsync("check", "--read-data")).ExitCode.ShouldBe(0);
            return;
        }

        var check = await Terminal.TryRunAsync("check", "--read-data");
        check.ExitCode.ShouldBe(1, check.ToString());
        var errors = JsonDocument.Parse(check.Output).RootElement.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!).ToList();
        if (folder == "data")
        {
            errors.ShouldContain(error => error.Contains(Path.GetFileName(lost), StringComparison.Ordinal));
        }
        else
        {
            errors.ShouldContain(error => error.StartsWith("An index file is lost", StringComparison.Ordinal) && FilesOf("data").Any(pack => error.Contains(Path.GetFileName(pack), StringComparison.Ordinal)));
        }

        (await Restic(ResticVersion.New).TryRunAsync("check")).ExitCode.ShouldNotBe(0);
        (await Terminal.TryRunAsync("prune")).ExitCode.ShouldNotBe(0);
        if (folder == "index")
        {
            // What the message says is true.
            await Restic(ResticVersion.New).RunAsync("repair", "index");
            (await Terminal.TryRunAsync("check", "--read-data")).ExitCode.ShouldBe(0);
        }
    }

    [Fact]
    public async Task OneByteFlipped_KeyOrConfig_IsNamedAndNothingIsRestored()
    {
        await PrepareAsync();
        var another = Fresh("another");
        await File.WriteAllTextAsync(another, "another password", Token);
        await Restic(ResticVersion.New).RunAsync("key", "add", "--new-password-file", another);
        var random = new Random(12);
        foreach (var file in FilesOf("keys").Append(Path.Combine(Repository, "config")))
        {
            var original = await File.ReadAllBytesAsync(file, Token);
            for (var round = 0; round < 3; round++)
            {
                var damaged = (byte[])original.Clone();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                await ReplaceAsync(file, damaged);

                var check = await Terminal.TryRunAsync("check");

                // The password may well be that of the key that can't be read.
                check.ExitCode.ShouldBeOneOf(1, 2);
                check.Output.ShouldContain(Path.GetFileName(file) is "config" ? "config" : Path.GetFileName(file)[..8]);
            }

            await ReplaceAsync(file, original);
        }

        (await Terminal.TryRunAsync("check")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task OneByteFlipped_AnyFile_IsFoundAndNoWrongByteIsRestored()
    {
        await PrepareAsync();
        var expected = TreeState.Read(WorldFolder);
        var random = new Random(11);
        foreach (var file in FilesOf("data").Concat(FilesOf("index")).Concat(FilesOf("snapshots")))
        {
            var original = await File.ReadAllBytesAsync(file, Token);
            var damaged = (byte[])original.Clone();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            await ReplaceAsync(file, damaged);

            var report = await Ours.CheckAsync(SnapshotBot.Storage.Checking.CheckDepth.Data);
            report.IsSound.ShouldBeFalse(file);
            report.Findings.Where(finding => finding.IsDamage && finding.File is not null)
                .ShouldContain(finding => file.EndsWith(finding.File!.Value.Id.ToString(), StringComparison.Ordinal));
            await ShouldRestoreNothingWrongAsync(expected);
            await ReplaceAsync(file, original);
        }
    }

    [Fact]
    public async Task KeyDamagedOrLost_SaysSoAndDoesNotBlameThePassword()
    {
        await PrepareAsync();
        var key = FilesOf("keys")[0];
        var original = await File.ReadAllBytesAsync(key, Token);
        var damaged = (byte[])original.Clone();
        damaged[damaged.Length / 2] ^= 1;
        await ReplaceAsync(key, damaged);

        var flipped = await Terminal.TryRunAsync("snapshots");
        flipped.ExitCode.ShouldBe(1, flipped.ToString());
        Message(flipped).ShouldContain("key", Case.Insensitive);

        File.Delete(key);
        var lost = await Terminal.TryRunAsync("snapshots");
        lost.ExitCode.ShouldBe(1, lost.ToString());
        Message(lost).ShouldContain("key", Case.Insensitive);
    }

    private static string Message(Ended ended) =>
        JsonDocument.Parse(ended.Output).RootElement.GetProperty("error").GetProperty("message").GetString()!;

    private static async Task ReplaceAsync(string file, byte[] content)
    {
        File.Delete(file);
        await File.WriteAllBytesAsync(file, content, Token);
    }

    private async Task PrepareAsync()
    {
        World.CreateMany(Path.Combine(WorldFolder, "a"), 10, 40_000, seed: 1);
        World.CreateMany(Path.Combine(WorldFolder, "b"), 10, 40_000, seed: 2);
        await Terminal.RunAsync("init");
        await Terminal.RunAsync("archive", Path.Combine(WorldFolder, "a"));
        await Terminal.RunAsync("archive", WorldFolder);
    }

    private List<string> FilesOf(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Repository, folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>What comes back is a part of what was put in: whole files only, and a complaint when any is missing.</summary>
    private async Task ShouldRestoreNothingWrongAsync(SortedDictionary<string, string> expected)
    {
        var target = Fresh("target");
        var restored = await Terminal.TryRunAsync("restore", $"latest:{WorldFolder}", target);
        var found = Directory.Exists(target) ? TreeState.Read(target) : [];
        foreach (var (path, state) in found.Where(entry => entry.Value.StartsWith(nameof(FileType.Regular), StringComparison.Ordinal)))
        {
            state.ShouldBe(expected[path]);
        }

        if (restored.ExitCode == 0)
        {
            // Damage elsewhere, or the older snapshot is the newest that can be read.
            found.Count.ShouldBeGreaterThan(0);
        }
        else
        {
            restored.ExitCode.ShouldBe(1, restored.ToString());
        }

        if (restored.ExitCode == 0 && found.Count != expected.Count)
        {
            found.Keys.ShouldAllBe(path => path.StartsWith("/a", StringComparison.Ordinal));
        }
    }
}
