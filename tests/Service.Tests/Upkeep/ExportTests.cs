using System.Formats.Tar;
using Shouldly;
using SnapshotBot.Service.Operations;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Service.Upkeep;
using Xunit;

namespace SnapshotBot.Service.Tests.Upkeep;

public sealed class ExportTests
{
    [Fact]
    public async Task Export_Snapshot_IsAnArchiveAnyTarReads()
    {
        await using var bench = new UpkeepBench();
        var snapshot = await bench.CommitAsync(3, 5_000_000);
        var file = Path.Combine(bench.Data.Root, "out.tar.zst");

        var export = (await bench.RunAsync(new ExportSnapshot(snapshot.Id, file))).ShouldBeOfType<ExportSnapshotOutcome.Exported>();
        var bad = await bench.RunAsync(new ExportSnapshot(snapshot.Id, "/nowhere/at/all.tar.zst"));

        export.ArchiveBytes.ShouldBe(new FileInfo(file).Length);
        bad.ShouldBeOfType<ExportSnapshotOutcome.BadTarget>();
        foreach (var taken in (string[])[file, bench.Data.Root, "/dev/null"])
            (await bench.RunAsync(new ExportSnapshot(snapshot.Id, taken))).ShouldBeOfType<ExportSnapshotOutcome.BadTarget>().File.ShouldBe(taken);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(bench.Data.Root, "*.part").ShouldBeEmpty();
        await using var plain = new ZstdSharp.DecompressionStream(File.OpenRead(file));
        await using var tar = new TarReader(plain);
        var names = new List<string>();
        while (await tar.GetNextEntryAsync(cancellationToken: UpkeepBench.Cancel) is { } entry)
            names.Add($"{entry.Name} {entry.Length}");
        names.ShouldBe(["mounts/ 0", "mounts/01-data/ 0", "mounts/01-data/0 5000000", "mounts/01-data/1 5000000", "mounts/01-data/2 5000000", $"server.json {export.Bytes - 15_000_000}"]);
    }

    [Fact]
    public async Task Export_ItsFolderIsGoneAtTheHealing_HoldsNothingBack()
    {
        await using var bench = new UpkeepBench();
        var context = new FactContext(new OperationId("0"), bench.Data.Root, null!, null);

        await new ExportBegun(Path.Combine(bench.Data.Root, "pulled", "out.tar.zst.0.part")).UndoAsync(context, UpkeepBench.Cancel);
    }

    [Fact]
    public async Task Export_WithoutAPlace_GoesToTheDataFolderWhateverTheNameIs()
    {
        await using var bench = new UpkeepBench();
        var snapshot = await bench.CommitAsync(1, 50_000);
        (await bench.RunAsync(new RenameSnapshot(snapshot.Id, "../../etc/ünicode 🏰 @everyone"))).ShouldBeOfType<ChangeSnapshotOutcome.Changed>();

        var export = (await bench.RunAsync(new ExportSnapshot(snapshot.Id, null))).ShouldBeOfType<ExportSnapshotOutcome.Exported>();

        Path.GetDirectoryName(export.File).ShouldBe(Path.Combine(bench.Data.Get<DataFolder>().Path, "exports"));
        Path.GetFileName(export.File).ShouldMatch("^[A-Za-z0-9_-]+\\.tar\\.zst$");
        export.File.ShouldContain(snapshot.Id.Value);
        new FileInfo(export.File).Length.ShouldBe(export.ArchiveBytes);
        File.GetUnixFileMode(Path.GetDirectoryName(export.File)!).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
