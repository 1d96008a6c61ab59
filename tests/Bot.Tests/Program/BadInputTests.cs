using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Locking;
using SnapshotBot.Storage.Repositories;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>What a person gets who asks for something that can't be: exit code, code, a message and what to do.</summary>
public sealed class BadInputTests(ITestOutputHelper log) : IDisposable
{
    private readonly RepositoryBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task WrongPassword_ExitsTwo_AndChangesNothing()
    {
        await _bench.MakeAsync(version: 2);
        File.WriteAllText(_bench.PasswordFile, "another");

        Expect(await _bench.RunAsync("repository", "archive", _bench.World), 2, "wrong-password");

        Directory.EnumerateFiles(Path.Combine(_bench.Repository, "snapshots")).ShouldBeEmpty();
    }

    [Fact]
    public async Task NoPasswordAnywhere_ExitsTwo()
    {
        var run = await RealProgram.RunAsync(
            new Dictionary<string, string> { ["SNAPSHOTBOT_REPOSITORY"] = _bench.Repository, ["SNAPSHOTBOT_DATA"] = _bench.In("data") },
            "repository", "snapshots", "--json");

        Expect(run, 2, "no-password");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task UnknownVersion_ExitsTwo(int version)
    {
        await _bench.MakeAsync(version);

        var run = await _bench.RunAsync("repository", "snapshots");

        Expect(run, 2, "repository-version");
        run.Error.GetProperty("message").GetString()!.ShouldContain($"version {version}");
    }

    [Fact]
    public async Task NoRepository_ExitsFour() => Expect(await _bench.RunAsync("repository", "snapshots"), 4, "no-repository");

    [Fact]
    public async Task RepositoryThereAlready_ExitsThree()
    {
        await _bench.MakeAsync(version: 2);

        Expect(await _bench.RunAsync("repository", "init"), 3, "already-exists");
    }

    [Fact]
    public async Task UnknownSnapshot_ExitsFour()
    {
        await _bench.MakeAsync(version: 2);

        Expect(await _bench.RunAsync("repository", "restore", "0123abcd", _bench.In("target")), 4, "not-found");
        Expect(await _bench.RunAsync("repository", "ls", "latest"), 4, "not-found");

        Directory.Exists(_bench.In("target")).ShouldBeFalse();
    }

    [Fact]
    public async Task AmbiguousPrefix_ExitsTwo_AndListsTheCandidates()
    {
        await _bench.MakeAsync(version: 2);
        var ids = await SaveAsync(17, []);
        var prefix = ids.GroupBy(id => id[0]).First(group => group.Count() > 1);

        var run = await _bench.RunAsync("repository", "ls", prefix.Key.ToString());

        Expect(run, 2, "ambiguous");
        prefix.ShouldAllBe(id => run.Error.GetProperty("message").GetString()!.Contains(id.Substring(0, 8), StringComparison.Ordinal));
    }

    [Fact]
    public async Task ForgetLocked_ExitsThree_AndKeepsIt()
    {
        await _bench.MakeAsync(version: 2);
        var id = (await SaveAsync(1, ["locked"]))[0];

        Expect(await _bench.RunAsync("repository", "forget", id[..8]), 3, "snapshot-locked");

        var left = await _bench.RunAsync("repository", "snapshots");
        left.Json.GetProperty("snapshots")[0].GetProperty("id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task ForgetWithoutPolicy_ExitsTwo()
    {
        await _bench.MakeAsync(version: 2);

        Expect(await _bench.RunAsync("repository", "forget"), 2, "usage");
    }

    [Fact]
    public async Task PruneWithoutSnapshots_ExitsThree()
    {
        await _bench.MakeAsync(version: 2);

        Expect(await _bench.RunAsync("repository", "prune"), 3, "no-snapshots");
    }

    [Fact]
    public async Task RepositoryLockedByAnother_ExitsThree()
    {
        await _bench.MakeAsync(version: 2);
        await using var repository = await _bench.OpenAsync();
        await using var held = await RepositoryLocking.AcquireAsync(
            repository, LockMode.Exclusive, new LockOptions(), TimeProvider.System, CancellationToken.None);

        Expect(await _bench.RunAsync("repository", "archive", _bench.World), 3, "repository-locked", hint: null);
        Expect(await _bench.RunAsync("repository", "snapshots"), 3, "repository-locked", hint: null);
    }

    [Fact]
    public async Task ArchiveOfWhatIsNotThere_ExitsFour()
    {
        await _bench.MakeAsync(version: 2);

        Expect(await _bench.RunAsync("repository", "archive", _bench.In("nowhere")), 4, "not-found");
        Expect(await _bench.RunAsync("repository", "archive", _bench.In("nowhere/at/all")), 4, "not-found");
    }

    [Fact]
    public async Task FlippedByte_ExitsOne_AndNamesWhatIsHurt()
    {
        await _bench.MakeAsync(version: 2);
        (await _bench.RunAsync("repository", "archive", _bench.World)).Exit.ShouldBe(0);
        var pack = Directory.EnumerateFiles(Path.Combine(_bench.Repository, "data"), "*", SearchOption.AllDirectories)
            .OrderBy(path => new FileInfo(path).Length).First();
        var bytes = File.ReadAllBytes(pack);
        bytes[3] ^= 1;
        File.WriteAllBytes(pack, bytes);

        var check = await _bench.RunAsync("repository", "check", "--read-data");

        check.Exit.ShouldBe(1, check.Output);
        check.Json.GetProperty("errors").EnumerateArray().ShouldContain(error => error.GetString()!.Contains(Path.GetFileName(pack).Substring(0, 8), StringComparison.Ordinal));
    }

    [Fact]
    public async Task NoEngine_ExitsOne_AndSaysHowToStartIt()
    {
        var run = await _bench.RunAsync("server", "add", "castle", "--container", "mc");

        Expect(run, 1, "engine-unavailable");
        run.Error.GetProperty("message").GetString()!.ShouldContain("no-engine.sock");
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("line\nbreak")]
    public async Task ServerNameThatCannotBe_ExitsTwo(string name) =>
        Expect(await _bench.RunAsync("server", "add", name, "--container", "mc"), 2, "name-refused");

    [Fact]
    public async Task UnknownServerSnapshotOperation_ExitFour()
    {
        Expect(await _bench.RunAsync("server", "info", "@everyone"), 4, "server-unknown");
        Expect(await _bench.RunAsync("snapshot", "info", "castle/day 1"), 4, "snapshot-unknown");
        Expect(await _bench.RunAsync("snapshot", "create", "castle"), 4, "server-unknown");
        Expect(await _bench.RunAsync("operation", "watch", "0123"), 4, "operation-unknown");
    }

    [Fact]
    public async Task DestructiveCommandWithoutYes_ExitsTwo_BeforeAnythingIsLookedUp()
    {
        Expect(await _bench.RunAsync("snapshot", "delete", "castle/day 1"), 2, "needs-yes");
        Expect(await _bench.RunAsync("snapshot", "restore", "castle/day 1"), 2, "needs-yes");
        Expect(await _bench.RunAsync("server", "remove", "castle"), 2, "needs-yes");
    }

    [Fact]
    public async Task FullDisk_ExitsThree_AndWhatWasKeptIsWhole()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        var random = new byte[24 << 20];
        Random.Shared.NextBytes(random);
        File.WriteAllBytes(_bench.In("big"), random);
        Directory.CreateDirectory(_bench.Repository);

        var run = await RealProgram.RunApartAsync(_bench.Environment, $"""
            mount -t tmpfs -o size=16m tmpfs "{_bench.Repository}" || exit 99
            export SNAPSHOTBOT_REPOSITORY="{_bench.Repository}/r"
            "$0" repository init >&2 && "$0" repository archive "{_bench.World}" >&2 || exit 98
            "$0" repository archive "{_bench.In("big")}" --json --progress none
            status=$?
            "$0" repository check --read-data >&2 || exit 97
            "$0" repository restore latest:"{_bench.World}" "{_bench.In("back")}" >&2 || exit 96
            exit $status
            """);

        log.WriteLine(run.Errors);
        Expect(run, 3, "no-space");
        File.ReadAllText(_bench.In("back/level.dat")).ShouldBe("day 1");
    }

    [Fact]
    public async Task ReadOnlyTarget_ExitsThree()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        await _bench.MakeAsync(version: 2);
        (await _bench.RunAsync("repository", "archive", _bench.World)).Exit.ShouldBe(0);
        Directory.CreateDirectory(_bench.In("target"));

        var run = await RealProgram.RunApartAsync(_bench.Environment, $"""
            mount -t tmpfs -o ro tmpfs "{_bench.In("target")}" || exit 99
            "$0" repository restore latest:"{_bench.World}" "{_bench.In("target")}" --json --progress none
            """);

        Expect(run, 3, "read-only");
    }

    [Fact]
    public async Task ReadOnlyRepository_IsReadWithoutALock_AndRefusesAnArchive()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        await _bench.MakeAsync(version: 2);
        (await _bench.RunAsync("repository", "archive", _bench.World)).Exit.ShouldBe(0);

        var run = await RealProgram.RunApartAsync(_bench.Environment, $"""
            mount --bind "{_bench.Repository}" "{_bench.Repository}" && mount -o remount,bind,ro "{_bench.Repository}" || exit 99
            "$0" repository restore latest:"{_bench.World}" "{_bench.In("back")}" >&2 || exit 98
            "$0" repository archive "{_bench.World}" --json --progress none
            """);

        log.WriteLine(run.Errors);
        Expect(run, 3, "repository-read-only");
        File.ReadAllText(_bench.In("back/level.dat")).ShouldBe("day 1");
    }

    [Fact]
    public async Task FullRepository_IsReadWithoutALock()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Mounting needs root.");
        Directory.CreateDirectory(_bench.Repository);

        var run = await RealProgram.RunApartAsync(_bench.Environment, $"""
            mount -t tmpfs -o size=4m tmpfs "{_bench.Repository}" || exit 99
            export SNAPSHOTBOT_REPOSITORY="{_bench.Repository}/r"
            "$0" repository init >&2 && "$0" repository archive "{_bench.World}" >&2 || exit 98
            cat /dev/zero >"{_bench.Repository}/rest" 2>/dev/null
            "$0" repository restore latest:"{_bench.World}" "{_bench.In("back")}" >&2 || exit 97
            "$0" repository snapshots >&2 || exit 96
            "$0" repository archive "{_bench.World}" --json --progress none
            """);

        log.WriteLine(run.Errors);
        Expect(run, 3, "no-space");
        File.ReadAllText(_bench.In("back/level.dat")).ShouldBe("day 1");
    }

    private static void Expect(ProgramRun run, int exit, string code, string? hint = "")
    {
        run.Exit.ShouldBe(exit, run.Output + run.Errors);
        run.ErrorCode.ShouldBe(code);
        run.Error.GetProperty("message").GetString()!.Length.ShouldBeGreaterThan(20);
        if (hint is not null)
        {
            run.Error.GetProperty("hint").GetString().ShouldNotBeNullOrEmpty();
        }
    }

    /// <summary>Snapshot files of an empty tree, which is all a listing looks at.</summary>
    private async Task<List<string>> SaveAsync(int count, string[] tags)
    {
        await using var repository = await _bench.OpenAsync();
        var files = new SnapshotFiles(repository);
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var file = new SnapshotFile
            {
                Time = DateTimeOffset.UnixEpoch.AddHours(i),
                Tree = ObjectId.Hash([]).ToString(),
                Paths = ["/world"],
                Hostname = "host",
                Tags = tags,
            };
            ids.Add((await files.SaveAsync(file, CancellationToken.None)).ToString());
        }

        return ids;
    }
}
