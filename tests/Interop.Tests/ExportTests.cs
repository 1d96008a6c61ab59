using Shouldly;
using SnapshotBot.Interop.Tests.Support;
using SnapshotBot.Storage.Exporting;
using SnapshotBot.Storage.Indexing;
using SnapshotBot.Storage.Packing;
using SnapshotBot.Testing;
using Xunit;

namespace SnapshotBot.Interop.Tests;

/// <summary>An exported snapshot unpacked by GNU tar is what was kept: owners, modes, times, links, devices, attributes, odd names.</summary>
public sealed class ExportTests : Bench
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryKindOfEntry_Exported_GnuTarUnpacksTheSame()
    {
        World.Create(WorldFolder, 1);
        await Ours.InitAsync();
        var snapshot = await Ours.ArchiveAsync(WorldFolder, "world");
        var archive = Path.Combine(Folder, "world.tar.zst");
        ExportFigures figures;
        await using (var open = await Ours.OpenAsync())
        {
            await using var output = File.Create(archive);
            var blobs = new BlobReader(open, (await IndexLoader.LoadAsync(open, Token)).Index);
            figures = await new TreeExporter(blobs, new TreeLoader(blobs)).WriteAsync(snapshot.File.TreeId, output, null, Token);
        }

        var plain = Path.Combine(Folder, "world.tar");
        await using (var tar = File.Create(plain))
        {
            await using var frames = new ZstdSharp.DecompressionStream(File.OpenRead(archive));
            await frames.CopyToAsync(tar, Token);
        }

        var target = Fresh("unpacked");
        Directory.CreateDirectory(target);
        string[] options = ["-xpf", plain, "-C", target, "--xattrs", "--xattrs-include=*", "--same-owner", "--numeric-owner", "--delay-directory-restore"];
        var ended = await Tool.RunAsync("tar", options, new Dictionary<string, string>(), Token);
        ended.ExitCode.ShouldBe(0, ended.ToString());
        figures.ArchiveBytes.ShouldBe(new FileInfo(archive).Length);
        figures.LeftOut.ShouldBe(TreeState.Read(WorldFolder).Count(entry => entry.Value.StartsWith("Socket", StringComparison.Ordinal)));
        TreeState.ShouldBe(TreeState.Read(Path.Combine(target, "world")), TreeState.ReadWithoutSockets(WorldFolder));
    }
}
