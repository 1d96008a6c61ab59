using System.Text.Json;
using System.Text.RegularExpressions;
using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Forgetting;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>What the kernel is asked for, and what happens when it has no room.</summary>
public sealed partial class DurabilityTests : Bench
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archive_SystemCalls_FlushBeforeEachRenameAndPacksBeforeIndexBeforeSnapshot()
    {
        World.CreateMany(WorldFolder, 20, 1_000_000, seed: 1);
        await Terminal.RunAsync("init");
        var trace = Fresh("trace");

        var ended = await Terminal.TraceAsync(
            ["-f", "-y", "-o", trace, "-e", "trace=fsync,fdatasync,rename,renameat,renameat2"], "archive", WorldFolder);

        ended.ExitCode.ShouldBe(0, ended.ToString());
        var renamed = new List<string>();
        var flushed = new HashSet<string>();
        var unflushedFolders = new HashSet<string>();
        foreach (var line in JoinResumed(await File.ReadAllLinesAsync(trace, Token)))
        {
            if (Flush().Match(line) is { Success: true } flush)
            {
                flushed.Add(flush.Groups["path"].Value);
                unflushedFolders.Remove(flush.Groups["path"].Value);
            }
            else if (Rename().Match(line) is { Success: true } rename && rename.Groups["to"].Value.StartsWith(Repository, StringComparison.Ordinal))
            {
                flushed.ShouldContain($"{rename.Groups["from"].Value}/{rename.Groups["name"].Value}", line);
                var folder = Path.GetFileName(rename.Groups["to"].Value);
                folder = folder.Length == 2 ? "data" : folder;
                // What an index names is durable, and so is what a snapshot needs.
                if (folder is "index" or "snapshots")
                {
                    unflushedFolders.ShouldBeEmpty(line);
                }

                renamed.Add(folder);
                unflushedFolders.Add(rename.Groups["to"].Value);
            }
        }

        unflushedFolders.ShouldBeEmpty();
        renamed.Count(folder => folder == "data").ShouldBeGreaterThan(1);
        renamed[^1].ShouldBe("snapshots");
        renamed[^2].ShouldBe("index");
        renamed.LastIndexOf("data").ShouldBe(renamed.Count - 3);
    }

    [Fact]
    public async Task Archive_DiskFull_SaysSoHarmsNothingAndLeavesRoom()
    {
        await using var disk = await SmallDisk.MountAsync(Repository, 40);
        World.CreateMany(Path.Combine(WorldFolder, "small"), 5, 200_000, seed: 1);
        World.CreateMany(Path.Combine(WorldFolder, "large"), 60, 1_000_000, seed: 2);
        await Terminal.RunAsync("init");
        await Terminal.RunAsync("archive", Path.Combine(WorldFolder, "small"));
        var before = new DriveInfo(Repository).AvailableFreeSpace;

        var ended = await Terminal.TryRunAsync("archive", WorldFolder);

        ended.ExitCode.ShouldBe(3, ended.ToString());
        JsonDocument.Parse(ended.Output).RootElement.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("space");
        Directory.GetFiles(Repository, "*-tmp-*", SearchOption.AllDirectories).ShouldBeEmpty();
        new DriveInfo(Repository).AvailableFreeSpace.ShouldBeGreaterThan(before - (2 << 20));
        (await Ours.SnapshotsAsync()).Count.ShouldBe(1);
        await Ours.ShouldBeSoundAsync();
        await Restic(ResticVersion.New).CheckAsync();

        // There is room for what fits.
        await Terminal.RunAsync("archive", Path.Combine(WorldFolder, "small"));
        await Ours.ForgetAsync(new RetentionPolicy { Last = 1 });
        await Ours.PruneAsync();
    }

    [Fact]
    public async Task Archive_RepositoryReadOnly_SaysSo()
    {
        await using var disk = await SmallDisk.MountAsync(Repository, 40);
        World.CreateMany(WorldFolder, 2, 1000, seed: 1);
        await Terminal.RunAsync("init");
        await Terminal.RunAsync("archive", WorldFolder);
        await Tool.RunAsync("mount", ["-o", "remount,ro", Repository], new Dictionary<string, string>(), Token);

        var archived = await Terminal.TryRunAsync("archive", WorldFolder);
        var listed = await Terminal.TryRunAsync("ls", "latest");

        archived.ExitCode.ShouldNotBe(0);
        JsonDocument.Parse(archived.Output).RootElement.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("can only be read");
        listed.ExitCode.ShouldBe(0, listed.ToString());
    }

    /// <summary>strace splits a call that another thread interrupts; both halves make one line again, at the place of its end.</summary>
    private static IEnumerable<string> JoinResumed(IEnumerable<string> lines)
    {
        var open = new Dictionary<string, string>();
        foreach (var line in lines)
        {
            var thread = line.Split(' ', 2)[0];
            if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            {
                open[thread] = line[..^"<unfinished ...>".Length];
            }
            else if (line.Contains("resumed>", StringComparison.Ordinal) && open.Remove(thread, out var begun))
            {
                yield return begun.TrimEnd() + line[(line.IndexOf("resumed>", StringComparison.Ordinal) + 8)..];
            }
            else
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex(@"f(?:data)?sync\(\d+<(?<path>[^>]+)>\)?\s*\)?\s*= 0", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Flush();

    [GeneratedRegex("""rename(?:at2?)?\(\d+<(?<from>[^>]+)>, "(?<name>[^"]+)", \d+<(?<to>[^>]+)>, "[^"]+".*= 0""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Rename();
}
