using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.FileSystem;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Tests.FileSystem;
using SnapshotBot.Testing.Backends;
using Xunit;
using static SnapshotBot.Storage.Tests.Archiving.ArchiveContentTests;
using static SnapshotBot.Storage.Tests.FileSystem.ScratchFolder;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>Tests that measure what the whole process holds, or need its cores: nothing else runs beside them.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>A game goes on, or attacks, while it is archived: what was listed is not what is read.</summary>
[Collection("Alone")]
public sealed class ArchiveRaceTests
{
    private const int Mebi = 1 << 20;

    [Fact]
    public async Task PassAsync_EntriesChangeBetweenListingAndReading_NothingFromOutsideAndEachIsNamed()
    {
        await using var archive = new Archive { Folder = InMemory() };
        using var outside = InMemory();
        File.WriteAllText(outside.At("secret"), "SECRET");
        File.WriteAllText(archive.Folder.At("calm"), "calm");
        File.WriteAllBytes(archive.Folder.At("grown"), Noise(1000, 1));
        File.WriteAllBytes(archive.Folder.At("grown a lot"), Noise(Mebi - 1, 2));
        File.WriteAllBytes(archive.Folder.At("shrunk"), Noise(40 * Mebi, 3));
        File.WriteAllBytes(archive.Folder.At("emptied"), Noise(20 * Mebi, 4));
        foreach (var name in (string[])["gone", "gone large", "link now", "pipe now", "folder now"])
        {
            File.WriteAllBytes(archive.Folder.At(name), Noise(name.Contains("large", StringComparison.Ordinal) ? 17 * Mebi : 10, 5));
        }

        Directory.CreateDirectory(archive.Folder.At("dir"));
        File.WriteAllText(archive.Folder.At("dir/secret"), "mine");
        File.WriteAllText(archive.Folder.At("zz last"), "");
        var pass = await archive.PassAsync(new PassOptions { Excludes = WhenListed("zz last", () => Attack(archive, outside)) });

        (await ReadAllAsync(archive, pass.Tree)).ShouldNotContain("SECRET");
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "calm"))!)).ShouldBe("calm"u8.ToArray());
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "grown a lot"))!)).Length.ShouldBe(3 * Mebi);
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "shrunk"))!)).Length.ShouldBe(5 * Mebi);
        (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "emptied"))!)).ShouldBeEmpty();
        foreach (var name in (string[])["gone", "gone large", "link now", "pipe now", "folder now", "dir"])
        {
            (await archive.FindAsync(pass.Tree, name)).ShouldBeNull(name);
            pass.Warnings.ShouldContain(w => w.Path.ToString() == name && w.Trouble == ArchiveTrouble.Vanished, name);
        }
    }

    [Fact]
    public async Task PassAsync_LargeFileCutWhileItIsRead_KeepsAPrefixAndSaysSo()
    {
        await using var archive = new Archive { Folder = InMemory() };
        var content = Noise(120 * Mebi, 6);
        var path = archive.Folder.At("region");
        File.WriteAllBytes(path, content);
        OnFirstPack(archive, () => Resize(path, 70 * Mebi));
        var pass = await archive.PassAsync();
        pass.Warnings.Select(w => (w.Path.ToString(), w.Trouble)).ShouldBe([("region", ArchiveTrouble.ChangedWhileRead)]);
        var kept = await archive.ContentAsync((await archive.FindAsync(pass.Tree, "region"))!);
        kept.Length.ShouldBeGreaterThanOrEqualTo(64 * Mebi);
        kept.AsSpan().SequenceEqual(content.AsSpan(0, kept.Length)).ShouldBeTrue();
    }

    [Fact]
    public async Task PassAsync_LargeFileGrowsOrVanishesWhileItIsRead_KeepsWhatItWasAndSaysSo()
    {
        foreach (var change in (Action<string>[])[path => Resize(path, 300 * Mebi), File.Delete])
        {
            await using var archive = new Archive { Folder = InMemory() };
            var content = Noise(160 * Mebi, 7);
            var path = archive.Folder.At("log");
            File.WriteAllBytes(path, content);
            OnFirstPack(archive, () => change(path));
            var pass = await archive.PassAsync();
            pass.Warnings.Select(w => w.Trouble).ShouldBe([ArchiveTrouble.ChangedWhileRead]);
            (await archive.ContentAsync((await archive.FindAsync(pass.Tree, "log"))!)).AsSpan().SequenceEqual(content).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task PassAsync_FileChangedWhileItWasRead_IsReadAgainByTheNextPass()
    {
        await using var archive = new Archive { Folder = InMemory() };
        var path = archive.Folder.At("level");
        File.WriteAllBytes(path, Noise(160 * Mebi, 8));
        OnFirstPack(archive, () =>
        {
            using var file = File.OpenWrite(path);
            file.Write([1, 2, 3]);
        });
        var first = await archive.PassAsync();
        first.Warnings.Count.ShouldBe(1);
        var second = await archive.PassAsync(new PassOptions { Parent = first.Tree });
        second.Stats.FilesChanged.ShouldBe(1);
        await archive.AssertKeptAsync(second.Tree);
    }

    [Fact]
    public async Task PassAsync_SwapperRunsAllAlong_SeesNoByteFromOutside()
    {
        await using var archive = new Archive { Folder = InMemory() };
        using var outside = InMemory();
        File.WriteAllText(outside.At("f"), "SECRET");
        var root = archive.Folder.Root;
        for (var i = 0; i < 40; i++)
        {
            Directory.CreateDirectory(archive.Folder.At($"d{i}"));
            File.WriteAllText(archive.Folder.At($"d{i}/f"), "mine");
        }

        root.CreateSymbolicLink("elsewhere"u8, Bytes(outside.Path));
        using var stop = new CancellationTokenSource();
        var swaps = 0L;
        var attacker = new Thread(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                root.Exchange(Bytes($"d{i % 40}"), root, "elsewhere"u8);
                root.Exchange(Bytes($"d{i % 40}"), root, "elsewhere"u8);
                Interlocked.Increment(ref swaps);
            }
        })
        { IsBackground = true };
        attacker.Start();
        var attacked = 0;
        for (var i = 0; attacked < 10; i++)
        {
            i.ShouldBeLessThan(1_000, "passes in which nothing was swapped");
            var before = Interlocked.Read(ref swaps);
            var pass = await archive.PassAsync();
            attacked += Interlocked.Read(ref swaps) > before ? 1 : 0;
            (await ReadAllAsync(archive, pass.Tree)).ShouldNotContain("SECRET");
        }

        await stop.CancelAsync();
        attacker.Join();
    }

    [Fact]
    public async Task PassAsync_WideFolderVeryDeep_TakesNoMemoryForItsPaths()
    {
        // 300 levels of long names, then 20,000 folders: their paths together, kept twice, would be 3 GB.
        await using var archive = new Archive { Folder = InMemory() };
        var at = archive.Folder.Root.Reopen();
        for (var level = 0; level < 300; level++)
        {
            at.CreateDirectory(Bytes(new string('d', 255)), 0x1C0);
            var below = at.OpenDirectory(Bytes(new string('d', 255)));
            at.Dispose();
            at = below;
        }

        for (var i = 0; i < 20_000; i++)
        {
            at.CreateDirectory(Bytes($"{i}"), 0x1C0);
        }

        at.Dispose();
        long most = 0;
        // What is held, not what waits to be collected: that depends on how busy the machine is.
        using var watch = new Timer(_ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)), null, 0, 250);
        var pass = await archive.PassAsync();
        pass.Stats.DirectoriesNew.ShouldBe(20_301);
        most.ShouldBeLessThan(2_600L * Mebi);
    }

    private static void Attack(Archive archive, ScratchFolder outside)
    {
        Resize(archive.Folder.At("grown"), 5_000);
        Resize(archive.Folder.At("grown a lot"), 3 * Mebi);
        Resize(archive.Folder.At("shrunk"), 5 * Mebi);
        Resize(archive.Folder.At("emptied"), 0);
        foreach (var name in (string[])["gone", "gone large", "link now", "pipe now", "folder now"])
        {
            File.Delete(archive.Folder.At(name));
        }

        archive.Folder.Root.CreateSymbolicLink("link now"u8, Bytes(outside.At("secret")));
        archive.Folder.Root.CreateNode("pipe now"u8, FileType.Fifo, 0x1B6, 0);
        Directory.CreateDirectory(archive.Folder.At("folder now"));
        Directory.Delete(archive.Folder.At("dir"), recursive: true);
        archive.Folder.Root.CreateSymbolicLink("dir"u8, Bytes(outside.Path));
    }

    /// <summary>The filter is asked for each entry when it was looked at: what happens then comes after the listing and before the reading.</summary>
    private static Func<PathBytes, FileType, bool> WhenListed(string name, Action happens) => (path, _) =>
    {
        if (path.ToString() == name)
        {
            happens();
        }

        return false;
    };

    private static void OnFirstPack(Archive archive, Action happens)
    {
        var done = 0;
        archive.Backend.BeforeAsync = (call, _) =>
        {
            if (call is { Operation: BackendOperation.Save, File.Kind: FileKind.Pack } && Interlocked.Exchange(ref done, 1) == 0)
            {
                happens();
            }

            return Task.CompletedTask;
        };
    }

    private static void Resize(string path, long length)
    {
        using var file = File.Open(path, FileMode.Open);
        file.SetLength(length);
    }

    private static async Task<string> ReadAllAsync(Archive archive, TreeId id)
    {
        var text = new System.Text.StringBuilder();
        foreach (var node in (await archive.TreeAsync(id)).Nodes)
        {
            if (node.Subtree is { } below)
            {
                text.Append(await ReadAllAsync(archive, below));
            }
            else if (node.Type == NodeType.File && node.Size < 1000)
            {
                text.Append(System.Text.Encoding.Latin1.GetString(await archive.ContentAsync(node)));
            }
        }

        return text.ToString();
    }
}
