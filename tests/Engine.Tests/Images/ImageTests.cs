using System.Formats.Tar;
using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Images;

public sealed class ImageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task ReadArchiveAndLoad_ImageOfSeveralLayers_ComesBackTheSame(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var images = bench.Engine.Images;
        var tag = ImageTag.Parse(bench.Name("layers") + ":one");
        var id = await CommitAsync(bench, tag);
        var before = await images.InspectAsync(id, Token);
        var history = await images.ReadHistoryAsync(id, Token);

        var stored = await StoreAsync(images.ReadArchiveAsync(id, Token));
        await images.RemoveAsync(id, Token);
        (await images.FindAsync(tag.ToString(), Token)).ShouldBeNull();
        await images.LoadAsync(FilesOf(stored), Token);
        await images.TagAsync(id, tag, Token);
        var after = await images.InspectAsync(id, Token);

        after.Id.ShouldBe(before.Id);
        after.LayerDigests.ShouldBe(before.LayerDigests);
        after.LayerDigests.Count.ShouldBe(2);
        after.Tags.ShouldBe([tag.ToString()]);
        (await images.ReadHistoryAsync(id, Token)).ShouldBe(history);
        var container = await bench.StartAsync(EngineBench.Sleeper with { Image = id.Reference }, "again", Token);
        (await bench.ShellAsync(container, "cat /game/added; test ! -e /game/mods/one.jar && echo deleted", Token)).ShouldBe("added\ndeleted\n");
        await RemoveAsync(bench, tag);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Load_ArchiveOfTheOtherEngine_GivesTheSameLayers(string name)
    {
        await using var from = await EngineBench.OpenAsync(name == TestEngine.Old ? TestEngine.New : TestEngine.Old, Token);
        await using var to = await EngineBench.OpenAsync(name, Token);
        var tag = ImageTag.Parse(from.Name("cross") + ":one");
        var id = await CommitAsync(from, tag);
        var expected = (await from.Engine.Images.InspectAsync(id, Token)).LayerDigests;

        var stored = await StoreAsync(from.Engine.Images.ReadArchiveAsync(id, Token));
        var loaded = await to.Engine.Images.LoadAsync(FilesOf(stored), Token);
        var found = await FindByLayersAsync(to.Engine.Images, expected);

        loaded.ShouldNotBeEmpty();
        found.ShouldNotBeNull();
        await to.Engine.Images.TagAsync(found.Id, tag, Token);
        var container = await to.StartAsync(EngineBench.Sleeper with { Image = tag.ToString() }, "crossed", Token);
        (await to.ShellAsync(container, "cat /game/added", Token)).ShouldBe("added\n");
        await RemoveAsync(from, tag);
        await RemoveAsync(to, tag);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task ReadArchive_Manifest_NamesConfigurationAndEveryLayer(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);

        var stored = await StoreAsync(bench.Engine.Images.ReadArchiveAsync(bench.Image, Token));
        var manifest = ImageArchiveManifest.Parse(stored[ImageArchiveManifest.FileName].Content);

        var details = await bench.Engine.Images.InspectAsync(bench.Image, Token);
        stored.ShouldContainKey(manifest.ConfigPath);
        manifest.LayerPaths.Count.ShouldBe(details.LayerDigests.Count);
        manifest.LayerPaths.ShouldAllBe(path => stored.ContainsKey(path));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task SaveAndLoad_AsOneStream_ComesBack(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var tag = ImageTag.Parse(bench.Name("stream") + ":one");
        var id = await CommitAsync(bench, tag);
        using var tar = new MemoryStream();
        await using (var saved = await bench.Engine.Images.SaveAsync(id, Token))
        {
            await saved.CopyToAsync(tar, Token);
        }

        await bench.Engine.Images.RemoveAsync(id, Token);
        tar.Position = 0;
        await bench.Engine.Images.LoadAsync(tar, Token);

        (await bench.Engine.Images.InspectAsync(id, Token)).LayerDigests.Count.ShouldBe(2);
        tar.CanRead.ShouldBeTrue();
        await bench.Engine.Images.RemoveAsync(id, Token);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Load_ContentThatBreaksOff_ThrowsTheContentsOwnError(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var broken = new InvalidDataException("blob is damaged");
        var files = new[] { new ImageArchiveFile("manifest.json", 100, null, _ => Task.FromException<Stream>(broken)) };
        var shorter = new[] { new ImageArchiveFile("manifest.json", 100, null, _ => Task.FromResult<Stream>(new MemoryStream(new byte[99]))) };

        var error = await Should.ThrowAsync<InvalidDataException>(() => bench.Engine.Images.LoadAsync(files.ToAsyncEnumerable(), Token));
        await Should.ThrowAsync<EndOfStreamException>(() => bench.Engine.Images.LoadAsync(shorter.ToAsyncEnumerable(), Token));

        error.ShouldBeSameAs(broken);
        await bench.Engine.PingAsync(Token);
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Load_SomethingThatIsNoImage_IsRefused(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var files = new[] { new ImageArchiveFile("hello", 2, null, _ => Task.FromResult<Stream>(new MemoryStream("hi"u8.ToArray()))) };

        await Should.ThrowAsync<EngineException>(() => bench.Engine.Images.LoadAsync(files.ToAsyncEnumerable(), Token));
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task InspectAndSave_ImageThatIsGone_IsNotFound(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var id = ImageId.Parse(new string('a', 64));

        (await Should.ThrowAsync<EngineNotFoundException>(() => bench.Engine.Images.InspectAsync(id, Token))).Noun.ShouldBe(EngineNoun.Image);
        (await bench.Engine.Images.FindAsync("nothing-of-this-name", Token)).ShouldBeNull();
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("blobs/../../x")]
    [InlineData("blobs//x")]
    public async Task ReadArchive_PathThatLeadsOut_IsRefused(string path)
    {
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream([1]) }, Token);
        }

        tar.Position = 0;
        await Should.ThrowAsync<EngineAnswerException>(async () =>
        {
            await foreach (var _ in ImageArchiveReader.ReadAsync(tar, Token))
            {
                // Reading is the point.
            }
        });
    }

    [Theory]
    [InlineData("game", "game:latest", true)]
    [InlineData("game:1.2", "game:1.2", true)]
    [InlineData("localhost:5000/games/one-two:v1", "localhost:5000/games/one-two:v1", true)]
    [InlineData("a/../b", "", false)]
    [InlineData("Game", "", false)]
    [InlineData("game:", "", false)]
    [InlineData("game@sha256:00", "", false)]
    [InlineData("game:1\n", "", false)]
    [InlineData("", "", false)]
    public void ImageTagTryParse_Text_FollowsTheGrammar(string text, string expected, bool valid)
    {
        ImageTag.TryParse(text, out var tag).ShouldBe(valid);
        if (valid)
        {
            tag.ToString().ShouldBe(expected);
        }
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task List_ImagesAreRemovedMeanwhile_Answers(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);

        var coming = ComeAndGoAsync(bench, 10);
        do
        {
            (await bench.Engine.Images.ListAsync(Token)).ShouldNotBeEmpty();
        }
        while (!coming.IsCompleted);
        await coming;
    }

    private static async Task ComeAndGoAsync(EngineBench bench, int images)
    {
        for (var i = 0; i < images; i++)
        {
            var tag = ImageTag.Parse(bench.Name("brief") + $":{i}");
            _ = await CommitAsync(bench, tag);
            await RemoveAsync(bench, tag);
        }
    }

    private static async Task<ImageId> CommitAsync(EngineBench bench, ImageTag tag)
    {
        var id = await bench.StartAsync(EngineBench.Sleeper, "source", Token);
        await bench.ShellAsync(id, "echo added > /game/added; rm /game/mods/one.jar", Token);
        var image = await bench.Engine.Containers.InspectAsync(id, Token);
        var made = await bench.Engine.Images.CommitAsync(id, tag, "for a test", Token);
        (await bench.Engine.Containers.InspectAsync(id, Token)).State.IsPaused.ShouldBeFalse();
        image.ImageId.ShouldBe(bench.Image);
        await bench.Engine.Containers.StopAsync(id, TimeSpan.Zero, Token);
        await bench.Engine.Containers.RemoveAsync(id, AnonymousVolumes.Keep, Token);
        return made;
    }

    private static async Task RemoveAsync(EngineBench bench, ImageTag tag)
    {
        foreach (var container in await bench.Engine.Containers.ListAsync(Token))
        {
            if (container.Name == bench.Name("again").Value || container.Name == bench.Name("crossed").Value)
            {
                await bench.Engine.Containers.StopAsync(container.Id, TimeSpan.Zero, Token);
                await bench.Engine.Containers.RemoveAsync(container.Id, AnonymousVolumes.Keep, Token);
            }
        }

        await bench.Engine.Images.UntagAsync(tag, Token);
    }

    private static async Task<ImageDetails?> FindByLayersAsync(IImages images, IReadOnlyList<string> layers)
    {
        foreach (var image in await images.ListAsync(Token))
        {
            var details = await images.InspectAsync(image.Id, Token);
            if (details.LayerDigests.SequenceEqual(layers))
            {
                return details;
            }
        }

        return null;
    }

    private static async Task<Dictionary<string, (byte[] Content, string? Link)>> StoreAsync(IAsyncEnumerable<ImageArchiveEntry> entries)
    {
        var stored = new Dictionary<string, (byte[], string?)>(StringComparer.Ordinal);
        await foreach (var entry in entries)
        {
            using var content = new MemoryStream();
            await entry.Content.CopyToAsync(content, Token);
            content.Length.ShouldBe(entry.Size);
            stored.Add(entry.Path, (content.ToArray(), entry.LinkTarget));
        }

        return stored;
    }

    private static IAsyncEnumerable<ImageArchiveFile> FilesOf(Dictionary<string, (byte[] Content, string? Link)> stored) => stored
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => new ImageArchiveFile(
            pair.Key, pair.Value.Content.Length, pair.Value.Link, _ => Task.FromResult<Stream>(new MemoryStream(pair.Value.Content))))
        .ToAsyncEnumerable();
}
