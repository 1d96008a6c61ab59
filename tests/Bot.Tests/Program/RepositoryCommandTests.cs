using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>The repository commands as a script uses them.</summary>
public sealed class RepositoryCommandTests : IDisposable
{
    private readonly RepositoryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ArchiveListDiffRestoreForgetPrune_OneRepository_TellTheSameStory()
    {
        (await _bench.RunAsync("repository", "init")).Exit.ShouldBe(0);
        var first = await ArchiveAsync("--tag", "one");
        File.WriteAllText(_bench.In("world/level.dat"), "day 2");
        File.WriteAllText(_bench.In("world/new"), "new");
        var second = await ArchiveAsync("--tag", "two");

        var listed = (await _bench.RunAsync("repository", "snapshots")).Json.GetProperty("snapshots");
        listed.EnumerateArray().Select(each => each.GetProperty("id").GetString()).ShouldBe([first, second]);
        listed[1].GetProperty("paths")[0].GetString().ShouldBe(_bench.World);

        var diff = (await _bench.RunAsync("repository", "diff", first, second)).Json;
        diff.GetProperty("added").GetInt32().ShouldBe(1);
        diff.GetProperty("changed").GetInt32().ShouldBe(1);
        diff.GetProperty("removed").GetInt32().ShouldBe(0);

        var restore = await _bench.RunAsync("repository", "restore", $"{first}:{_bench.World}", _bench.World, "--delete");
        restore.Exit.ShouldBe(0, restore.Output);
        File.ReadAllText(_bench.In("world/level.dat")).ShouldBe("day 1");
        File.Exists(_bench.In("world/new")).ShouldBeFalse();

        var plan = (await _bench.RunAsync("repository", "forget", "--keep-last", "1", "--plan")).Json;
        plan.GetProperty("removed")[0].GetString().ShouldBe(first);
        (await _bench.RunAsync("repository", "snapshots")).Json.GetProperty("snapshots").GetArrayLength().ShouldBe(2);

        (await _bench.RunAsync("repository", "forget", "--keep-last", "1")).Exit.ShouldBe(0);
        (await _bench.RunAsync("repository", "prune")).Exit.ShouldBe(0);
        var check = await _bench.RunAsync("repository", "check", "--read-data");
        check.Exit.ShouldBe(0, check.Output);
        check.Json.GetProperty("snapshots").GetInt32().ShouldBe(1);
        (await _bench.RunAsync("repository", "ls", "latest", Path.Combine(_bench.World, "new"))).Json
            .GetProperty("entries").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Archive_SecondRunOfAnUnchangedWorld_ReadsNothing()
    {
        (await _bench.RunAsync("repository", "init")).Exit.ShouldBe(0);
        await ArchiveAsync();

        var again = (await _bench.RunAsync("repository", "archive", _bench.World)).Json.GetProperty("snapshot");

        again.GetProperty("filesUnmodified").GetInt32().ShouldBe(2);
        again.GetProperty("filesNew").GetInt32().ShouldBe(0);
        again.GetProperty("parent").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
    }

    [Fact]
    public async Task Archive_InnerPathNamedFirst_KeepsTheOuterWhole()
    {
        (await _bench.RunAsync("repository", "init")).Exit.ShouldBe(0);

        var run = await _bench.RunAsync("repository", "archive", Path.Combine(_bench.World, "region"), _bench.World);

        run.Exit.ShouldBe(0, run.Output);
        run.Json.GetProperty("snapshot").GetProperty("filesTotal").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Archive_ProgressAsJson_IsOneDocumentALineOnStandardError()
    {
        (await _bench.RunAsync("repository", "init")).Exit.ShouldBe(0);

        var run = await RealProgram.RunAsync(_bench.Environment, "repository", "archive", _bench.World, "--progress", "json");

        run.Exit.ShouldBe(0);
        var lines = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBeGreaterThan(1);
        foreach (var line in lines)
        {
            using var document = System.Text.Json.JsonDocument.Parse(line);
            document.RootElement.GetProperty("step").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    private async Task<string> ArchiveAsync(params string[] more)
    {
        var run = await _bench.RunAsync(["repository", "archive", _bench.World, .. more]);
        run.Exit.ShouldBe(0, run.Output + run.Errors);
        return run.Json.GetProperty("snapshot").GetProperty("id").GetString()!;
    }
}
