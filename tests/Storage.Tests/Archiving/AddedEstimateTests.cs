using System.Text;
using Shouldly;
using SnapshotBot.Storage.Archiving;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Tests.FileSystem;
using Xunit;

namespace SnapshotBot.Storage.Tests.Archiving;

/// <summary>What is said before a pass of what it will add, against what it then adds.</summary>
public sealed class AddedEstimateTests
{
    private const int Mebi = 1 << 20;

    [Theory]
    [InlineData("noise", 0.99, 1.01)]
    [InlineData("text", 0.02, 0.6)]
    [InlineData("half noise, half text", 0.4, 0.8)]
    [InlineData("a world and its copy", 0.49, 0.51)]
    [InlineData("many small files", 0.95, 1.01)]
    [InlineData("holes", 0.9, 1.1)]
    public async Task Estimate_OfTheFirstPass_IsNearWhatItAdds(string world, double least, double most)
    {
        await using var archive = new Archive { Folder = ScratchFolder.InMemory() };
        Make(archive.Folder, world);
        await using var session = await archive.SessionAsync();

        var measured = await session.MeasureAsync(archive.Whole, new(), TestContext.Current.CancellationToken);
        var estimate = await session.EstimateAddedAsync(archive.Whole, new(), TestContext.Current.CancellationToken);
        archive.Backend.OfKind(FileKind.Pack).ShouldBeEmpty();
        var pass = await session.PassAsync(archive.Whole, new(), TestContext.Current.CancellationToken);

        measured.ShouldBe(world == "holes" ? Mebi : pass.Stats.TotalBytes);
        var added = pass.Stats.DataAddedPacked;
        (estimate.Likely / (double)measured).ShouldBeInRange(least, most);
        estimate.Least.ShouldBeLessThanOrEqualTo((long)(added * 1.1));
        estimate.Likely.ShouldBeInRange((long)(added * 0.75) - (Mebi / 2), (long)(added * 1.25));
    }

    [Fact]
    public async Task Estimate_OfALaterPass_CountsWhatChangedInsideFilesOnly()
    {
        await using var archive = new Archive { Folder = ScratchFolder.InMemory() };
        for (var number = 0; number < 16; number++)
            File.WriteAllBytes(archive.Folder.At($"r.{number}.0.mca"), Noise(2 * Mebi, number));
        File.WriteAllBytes(archive.Folder.At("icon.png"), Noise(Mebi, 99));
        await using var session = await archive.SessionAsync();
        var first = await session.PassAsync(archive.Whole, new(), TestContext.Current.CancellationToken);
        var options = new PassOptions { Parent = first.Tree };
        (await session.MeasureAsync(archive.Whole, options, TestContext.Current.CancellationToken)).ShouldBe(0);
        (await session.EstimateAddedAsync(archive.Whole, options, TestContext.Current.CancellationToken)).ShouldBe(new AddedEstimate(0, 0));

        for (var number = 0; number < 16; number++)
        {
            using var region = File.OpenWrite(archive.Folder.At($"r.{number}.0.mca"));
            region.Position = (number + 1) * 64 * 1024;
            region.Write(Noise(4096, 100 + number));
        }

        var measured = await session.MeasureAsync(archive.Whole, options, TestContext.Current.CancellationToken);
        var estimate = await session.EstimateAddedAsync(archive.Whole, options, TestContext.Current.CancellationToken);

        measured.ShouldBe(32 * Mebi);
        estimate.Likely.ShouldBeInRange(16 * 16 * 1024 / 2, 16 * 16 * 1024 * 2, "a page of 16 KiB in each of sixteen files");
        var racy = options with { Racy = new HashSet<PathBytes> { new("icon.png"u8.ToArray()) } };
        (await session.MeasureAsync(archive.Whole, racy, TestContext.Current.CancellationToken)).ShouldBe(33 * Mebi);
        var excluding = options with { Excludes = (path, _) => path.Bytes.Span.StartsWith("r.1"u8) };
        (await session.MeasureAsync(archive.Whole, excluding, TestContext.Current.CancellationToken)).ShouldBe(18 * Mebi);
    }

    [Fact]
    public async Task Measure_OfSeveralItems_ComparesEachWithItsPlaceInTheParent()
    {
        await using var archive = new Archive { Folder = ScratchFolder.InMemory() };
        Directory.CreateDirectory(archive.Folder.At("a/b/c"));
        File.WriteAllBytes(archive.Folder.At("a/one"), Noise(1000, 1));
        File.WriteAllBytes(archive.Folder.At("a/b/two"), Noise(2000, 2));
        File.WriteAllBytes(archive.Folder.At("a/b/c/three"), Noise(4000, 3));
        File.WriteAllBytes(archive.Folder.At("eula.txt"), Noise(8000, 4));
        using var folder = archive.Folder.Root.OpenDirectory("a"u8);
        ArchiveItem[] items = [new ArchiveItem.Folder("mounts/01-a"u8.ToArray(), folder), new ArchiveItem.Entry("mounts/02/eula.txt"u8.ToArray(), archive.Folder.Root, "eula.txt"u8.ToArray())];
        await using var session = await archive.SessionAsync();
        (await session.MeasureAsync(items, new() { Effort = PassEffort.Courteous }, TestContext.Current.CancellationToken)).ShouldBe(15_000);
        var options = new PassOptions { Parent = (await session.PassAsync(items, new(), TestContext.Current.CancellationToken)).Tree };

        (await session.MeasureAsync(items, options, TestContext.Current.CancellationToken)).ShouldBe(0);
        File.AppendAllText(archive.Folder.At("a/b/c/three"), "more");
        (await session.MeasureAsync(items, options, TestContext.Current.CancellationToken)).ShouldBe(4004);
        File.AppendAllText(archive.Folder.At("eula.txt"), "true");
        (await session.MeasureAsync(items, options, TestContext.Current.CancellationToken)).ShouldBe(12_008);
    }

    [Fact]
    public void Of_PiecesDiffer_TakesTwoStandardErrorsOff()
    {
        AddedEstimate.Of(1000, []).ShouldBe(new AddedEstimate(0, 0));
        AddedEstimate.Of(1000, [.. Enumerable.Repeat(0.5, 64)]).ShouldBe(new AddedEstimate(500, 500));
        var half = AddedEstimate.Of(1000, [.. Enumerable.Range(0, 64).Select(number => number % 2.0)]);
        half.Likely.ShouldBe(500);
        half.Least.ShouldBe(375);
        AddedEstimate.Of(1000, [1, .. Enumerable.Repeat(0.0, 63)]).Least.ShouldBe(0);
    }

    private static void Make(ScratchFolder folder, string world)
    {
        switch (world)
        {
            case "noise":
                File.WriteAllBytes(folder.At("r.0.0.mca"), Noise(24 * Mebi, 1));
                File.WriteAllBytes(folder.At("level.dat"), Noise(3 * Mebi, 2));
                break;
            case "text":
                File.WriteAllText(folder.At("latest.log"), Log(12 * Mebi));
                break;
            case "half noise, half text":
                File.WriteAllBytes(folder.At("r.0.0.mca"), Noise(8 * Mebi, 1));
                File.WriteAllText(folder.At("latest.log"), Log(8 * Mebi));
                break;
            case "a world and its copy":
                foreach (var place in (string[])["world", "world-before-update"])
                {
                    Directory.CreateDirectory(folder.At(place));
                    for (var number = 0; number < 8; number++)
                        File.WriteAllBytes(folder.At($"{place}/r.{number}.0.mca"), Noise(Mebi + (number * 4096), number));
                }

                break;
            case "many small files":
                for (var number = 0; number < 500; number++)
                    File.WriteAllBytes(folder.At($"{number}.dat"), Noise(2000 + number, number));
                break;
            default:
                using (var sparse = File.Create(folder.At("preallocated")))
                {
                    sparse.SetLength(40 * Mebi);
                    sparse.Position = 20 * Mebi;
                    sparse.Write(Noise(Mebi, 1));
                }

                break;
        }
    }

    private static string Log(int length)
    {
        var random = new Random(7);
        var text = new StringBuilder(length + 100);
        for (var number = 0; text.Length < length; number++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"[{number:d8}] player{random.Next(40)} moved to {random.Next()},{random.Next(256)},{random.Next()}\n");
        return text.ToString();
    }

    private static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
