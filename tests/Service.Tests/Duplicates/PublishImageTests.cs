using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Duplicates;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Service.Tests.Duplicates;

public sealed class PublishImageTests
{
    private static CancellationToken Cancel => ServiceBench.Cancel;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Publish_SnapshotOfAContainer_IsWhatDockerCommitGives(string engine)
    {
        await using var bench = await ServiceBench.OpenAsync(engine);
        var images = bench.Engine.Engine.Images;
        var game = await bench.StartGameAsync(change: one => one with
        {
            Environment = ["MODE=hard", "RCON_PASSWORD=geheim"],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["who"] = "me" },
            Ports = [new PublishedPort(25565, "tcp", "", null)],
        });
        await bench.ShellAsync(
            game,
            "echo new > /game/new.txt; chown 1000:1000 /game/new.txt; chmod 640 /game/new.txt; rm /game/mods/one.jar; rm -r /tmp; mkdir /tmp; ln -s new.txt /game/link; ln /game/new.txt /game/hard; mkfifo /game/fifo; echo world > /data/level");
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var name = bench.Engine.Name("image").Value;
        var committed = await images.CommitAsync(game, ImageTag.Parse($"{name}:commit"), "", Cancel);
        await bench.ShellAsync(game, "echo later > /game/new.txt; echo later > /game/more");

        var published = (await bench.RunAsync(new PublishImage { Snapshot = snapshot.Id, Server = server.Id, Tag = $"{name}:snapshot" }))
            .ShouldBeOfType<PublishImageOutcome.Published>();

        published.Secrets.ShouldBe(["RCON_PASSWORD"]);
        var ours = await images.InspectAsync(ImageId.Parse(published.Image), Cancel);
        var theirs = await images.InspectAsync(committed, Cancel);
        Config(ours).ShouldBe(Config(theirs));
        ours.LayerDigests.Count.ShouldBe(theirs.LayerDigests.Count);
        ours.LayerDigests.SkipLast(1).ShouldBe(theirs.LayerDigests.SkipLast(1));
        (await LayerAsync(images, ours.Id)).ShouldBe(await LayerAsync(images, theirs.Id));
        (await bench.Engine.Engine.Containers.ListAsync(Cancel)).ShouldNotContain(one => one.Name.StartsWith("snapshotbot-image-", StringComparison.Ordinal));
        await images.UntagAsync(ImageTag.Parse($"{name}:snapshot"), Cancel);
        await images.UntagAsync(ImageTag.Parse($"{name}:commit"), Cancel);
    }

    [Fact]
    public async Task Publish_LabelsThatMeanSomethingHere_AreBlankInTheImage()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync(change: one => one with
        {
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.duplicate"] = "sv0123456789abcdef", ["snapshotbot.server"] = "castle", ["who"] = "me" },
        });
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);
        var tag = $"{bench.Engine.Name("image").Value}:1";

        (await bench.RunAsync(new PublishImage { Snapshot = snapshot.Id, Server = server.Id, Tag = tag })).ShouldBeOfType<PublishImageOutcome.Published>();

        var run = await bench.InspectAsync(await bench.Engine.StartAsync(EngineBench.Sleeper with { Image = tag }, "run", Cancel));
        (run.Labels["snapshotbot.duplicate"], run.Labels["snapshotbot.server"], run.Labels["who"]).ShouldBe(("", "", "me"));
        await bench.Engine.Engine.Containers.StopAsync(run.Id, TimeSpan.Zero, Cancel);
        await bench.Engine.Engine.Containers.RemoveAsync(run.Id, AnonymousVolumes.Remove, Cancel);
        await bench.Engine.Engine.Images.UntagAsync(ImageTag.Parse(tag), Cancel);
    }

    [Fact]
    public async Task Publish_TagThatIsNone_IsRefused()
    {
        await using var bench = await ServiceBench.OpenAsync(TestEngine.Old);
        var game = await bench.StartGameAsync();
        var server = await bench.AddServerAsync("Survival", game);
        var snapshot = await bench.SnapshotAsync(server.Id);

        (await bench.RunAsync(new PublishImage { Snapshot = snapshot.Id, Server = server.Id, Tag = "Not A Tag" }))
            .ShouldBeOfType<PublishImageOutcome.Refused>().Refusal.ShouldBe(new Refusal.TagRefused("Not A Tag"));
        (await bench.RunAsync(new PublishImage { Snapshot = snapshot.Id, Server = server.Id, Tag = "a:b", Container = "other" }))
            .ShouldBeOfType<PublishImageOutcome.Refused>().Refusal.ShouldBe(new Refusal.ContainerUnknown("other"));
    }

    /// <summary>What a container made from the image gets: all of its configuration.</summary>
    private static string Config(ImageDetails image)
    {
        var config = (JsonObject)JsonNode.Parse(image.Json.Span)!["Config"]!;
        return string.Join('\n', config.Where(pair => pair.Value is not null && pair.Value.ToJsonString() is not ("\"\"" or "null" or "{}" or "[]" or "false"))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value!.ToJsonString()}"));
    }

    /// <summary>The image's last layer: every entry with all that a file system would get of it.</summary>
    private static async Task<string> LayerAsync(IImages images, ImageId id)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var entry in images.ReadArchiveAsync(id, Cancel))
        {
            using var content = new MemoryStream();
            if (entry.Content is { } stream)
                await stream.CopyToAsync(content, Cancel);
            files[entry.Path] = content.ToArray();
        }

        var manifest = JsonNode.Parse(files["manifest.json"])!.AsArray()[0]!;
        var last = manifest["Layers"]!.AsArray()[^1]!.ToString();
        var lines = new List<string>();
        await using var tar = new TarReader(Open(files[last]));
        while (await tar.GetNextEntryAsync(copyData: true, Cancel) is { } entry)
        {
            var content = entry.DataStream is { } data ? Convert.ToHexString(await SHA256.HashDataAsync(data, Cancel)) : "";

            // That a file is deleted has no time of its own: containerd writes the moment it looked.
            var isWhiteout = Path.GetFileName(entry.Name).StartsWith(".wh.", StringComparison.Ordinal);
            var time = isWhiteout ? "" : entry.ModificationTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
            lines.Add($"{entry.EntryType} {entry.Name} {entry.Mode} {entry.Uid} {entry.Gid} {entry.LinkName} {entry.Length} {time} {content}");
        }

        return string.Join('\n', lines.Order(StringComparer.Ordinal));
    }

    private static Stream Open(byte[] layer) => layer is [0x1F, 0x8B, ..]
        ? new System.IO.Compression.GZipStream(new MemoryStream(layer), System.IO.Compression.CompressionMode.Decompress)
        : new MemoryStream(layer);
}
