using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;
using SnapshotBot.Storage.Tests.Repositories;
using Xunit;

namespace SnapshotBot.Storage.Tests.Format;

public sealed class SnapshotFileTests
{
    private const string ByRestic = """
        {"time":"2026-01-02T03:04:05.1234567+01:00","parent":"11faf696a29e2222eccbb77842eb2cfb375ff1e7986964791fc1ee25b8b7e7b7",
        "tree":"47faf696a29e2222eccbb77842eb2cfb375ff1e7986964791fc1ee25b8b7e7b7","paths":["/srv"],"hostname":"h","username":"root","uid":7,"gid":8,
        "excludes":["*.tmp"],"tags":["a"],"program_version":"restic 0.18.0","future":{"x":[1,"two"]},"delete":"Never",
        "summary":{"backup_start":"2026-01-02T03:04:05+01:00","backup_end":"2026-01-02T03:04:06+01:00","files_new":1,"files_changed":2,"files_unmodified":3,
        "dirs_new":4,"dirs_changed":5,"dirs_unmodified":6,"data_blobs":7,"tree_blobs":8,"data_added":9,"data_added_packed":10,"total_files_processed":11,
        "total_bytes_processed":12,"total_dirs_processed":13}}
        """;

    [Fact]
    public async Task ReplaceAsync_SnapshotOfAnotherProgram_KeepsEveryFieldOfIt()
    {
        await using var made = new MadeRepository();
        var snapshots = new SnapshotFiles(made.Open);
        var old = new SnapshotFileId(made.Put(FileKind.Snapshot, Encoding.UTF8.GetBytes(ByRestic)).Id);
        var file = await snapshots.LoadAsync(old, CancellationToken.None);

        var id = await snapshots.ReplaceAsync(new StoredSnapshot(old, file), file with { Tags = ["a", "locked"] }, CancellationToken.None);

        (await snapshots.ListAsync(CancellationToken.None)).ShouldBe([id]);
        var expected = JsonNode.Parse(ByRestic)!;
        expected["tags"] = new JsonArray("a", "locked");
        expected["original"] = old.ToString();
        var written = await made.Open.Files.LoadAsync(new RepositoryFile(FileKind.Snapshot, id.Value), CancellationToken.None);
        JsonNode.DeepEquals(JsonNode.Parse(written.Span), expected).ShouldBeTrue(Encoding.UTF8.GetString(written.Span));
    }

    [Fact]
    public async Task ReplaceAsync_SecondTime_NamesTheFirstFileAsOriginal()
    {
        await using var made = new MadeRepository();
        var snapshots = new SnapshotFiles(made.Open);
        var first = await StoreAsync(snapshots, new SnapshotFile { Time = DateTimeOffset.UnixEpoch, Tree = ObjectId.Random().ToString() });
        var second = await ChangeAsync(snapshots, first, "one");
        var third = await ChangeAsync(snapshots, second, "two");
        third.File.Original.ShouldBe(first.Id.ToString());
    }

    [Fact]
    public async Task ReplaceAsync_NewFileCanNotBeWritten_OldOneStays()
    {
        await using var made = new MadeRepository();
        var snapshots = new SnapshotFiles(made.Open);
        var first = await StoreAsync(snapshots, new SnapshotFile { Time = DateTimeOffset.UnixEpoch, Tree = ObjectId.Random().ToString() });
        made.Backend.Room = 0;
        await Should.ThrowAsync<BackendException>(() => ChangeAsync(snapshots, first, "x"));
        (await snapshots.ListAsync(CancellationToken.None)).ShouldBe([first.Id]);
    }

    [Fact]
    public async Task LoadAsync_NullsWhereListsBelong_AreEmptyLists()
    {
        await using var made = new MadeRepository();
        var json = """{"time":"2026-01-02T03:04:05Z","tree":null,"paths":null,"tags":null}"""u8;
        var id = new SnapshotFileId(made.Put(FileKind.Snapshot, json).Id);
        var file = await new SnapshotFiles(made.Open).LoadAsync(id, CancellationToken.None);
        file.Paths.ShouldBeEmpty();
        file.AllTags.ShouldBeEmpty();
        Should.Throw<RepositoryDamagedException>(() => file.TreeId);
    }

    private static async Task<StoredSnapshot> StoreAsync(SnapshotFiles snapshots, SnapshotFile file) =>
        new(await snapshots.SaveAsync(file, CancellationToken.None), file);

    private static async Task<StoredSnapshot> ChangeAsync(SnapshotFiles snapshots, StoredSnapshot old, string tag)
    {
        var id = await snapshots.ReplaceAsync(old, old.File with { Tags = [tag] }, CancellationToken.None);
        return new StoredSnapshot(id, await snapshots.LoadAsync(id, CancellationToken.None));
    }
}
