using System.Diagnostics;
using System.Globalization;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>The lines of shell that people start: they begin the program beside them, a snapshot's in a group that gives way from its first moment.</summary>
[Collection(nameof(FreeCores))]
public sealed class LauncherTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private static readonly string[] Tops = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sb-launcher-").FullName;
    private readonly string _launcher;

    public LauncherTests()
    {
        _launcher = Path.Combine(_folder, "snapshotbot");
        File.Copy(SourceTree.PathOf("bot/Bot/snapshotbot.sh"), _launcher);

        // Tells who it is, which groups it is in, and its arguments, each in brackets.
        var program = _launcher + ".bin";
        File.WriteAllText(program, "#!/bin/sh\necho \"process $$\"\ncat /proc/$$/cgroup\nfor word; do echo \"[$word]\"; done\nexit 7\n");
        File.SetUnixFileMode(program, File.GetUnixFileMode(_launcher));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AnyCommand_IsThatOfTheProgram_ArgumentsAndExitCodeToo()
    {
        var run = await RealProgram.RunAsync(_launcher, Nothing, ["server", "add", "two  words", "", "*", "$HOME", "it's \"so\""]);

        run.Exit.ShouldBe(7);
        run.Errors.ShouldBeEmpty();
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] == '[')
            .ShouldBe(["[server]", "[add]", "[two  words]", "[]", "[*]", "[$HOME]", "[it's \"so\"]"]);
        InGroupOfItsOwn(run).ShouldBeFalse();
    }

    [Fact]
    public async Task RepositoryCommand_IsThatOfItsOwnProgram_WhereThereIsOne()
    {
        string[] words = ["repository", "ls", "two  words", ""];
        (await RealProgram.RunAsync(_launcher, Nothing, words)).Exit.ShouldBe(7, "the whole program has it too");

        MakeRepositoryProgram();

        var run = await RealProgram.RunAsync(_launcher, Nothing, words);
        run.Exit.ShouldBe(8);
        run.Output.ShouldBe("[repository]\n[ls]\n[two  words]\n[]\n");
        (await RealProgram.RunAsync(_launcher, Nothing, ["server", "add", "repository"])).Exit.ShouldBe(7);
        (await RealProgram.RunAsync(_launcher, Nothing, [])).Exit.ShouldBe(7);
    }

    [Fact]
    public async Task RepositoryCommand_ItsProgramWasMadeForAnotherProcessor_IsThatOfTheWhole()
    {
        const string Processor = "/sys/devices/system/cpu/modalias";
        Assert.SkipUnless(File.Exists(Processor), "This kernel does not tell what its processor has.");
        var own = MakeRepositoryProgram();

        File.WriteAllText(own + ".processor", "another\n");
        var run = await RealProgram.RunAsync(_launcher, Nothing, ["repository", "ls"]);
        run.Exit.ShouldBe(7);
        run.Errors.ShouldBeEmpty();

        File.WriteAllText(own + ".processor", File.ReadAllText(Processor));
        (await RealProgram.RunAsync(_launcher, Nothing, ["repository", "ls"])).Exit.ShouldBe(8);
    }

    [Fact]
    public async Task StartedThroughALink_FindsTheProgram()
    {
        var link = Path.Combine(_folder, "elsewhere", "sb");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, _launcher);

        (await RealProgram.RunAsync(link, Nothing, ["--version"])).Output.ShouldContain("[--version]");
    }

    [Theory]
    [InlineData("snapshot create survival")]
    [InlineData("--data /srv/x --json snapshot create survival")]
    public async Task Snapshot_ACoreIsFree_GivesWayFromItsFirstMoment(string line)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Tops.Any(HasIdleGroups), "Groups that give way can't be made here.");

        // It joins where a core is free just then, and the machine has other work too.
        var clock = Stopwatch.StartNew();
        ProgramRun run;
        do
        {
            run = await RealProgram.RunAsync(_launcher, Nothing, line.Split(' '));
        }
        while (!InGroupOfItsOwn(run) && clock.Elapsed < TimeSpan.FromMinutes(1));

        InGroupOfItsOwn(run).ShouldBeTrue(run.Output);
        run.Exit.ShouldBe(7);
        run.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Snapshot_AllCoresAreTaken_StartsAsAnyOther()
    {
        using var ended = new CancellationTokenSource();
        var cores = int.Parse(File.ReadAllText("/sys/devices/system/cpu/online").Trim().Split('-', ',')[^1], CultureInfo.InvariantCulture) + 1;
        var busy = Enumerable.Range(0, cores + 1).Select(_ => new Thread(() =>
        {
            while (!ended.IsCancellationRequested)
            {
            }
        })).ToList();
        try
        {
            busy.ForEach(thread => thread.Start());
            var run = await RealProgram.RunAsync(_launcher, Nothing, ["snapshot", "create", "survival"]);

            InGroupOfItsOwn(run).ShouldBeFalse(run.Output);
            run.Exit.ShouldBe(7);
        }
        finally
        {
            await ended.CancelAsync();
            busy.ForEach(thread => thread.Join());
        }
    }

    /// <summary>Tells its arguments, each in brackets, and ends in its own way.</summary>
    private string MakeRepositoryProgram()
    {
        var own = Path.Combine(_folder, "snapshotbot-repository");
        File.WriteAllText(own, "#!/bin/sh\nfor word; do echo \"[$word]\"; done\nexit 8\n");
        File.SetUnixFileMode(own, File.GetUnixFileMode(_launcher));
        return own;
    }

    private static bool HasIdleGroups(string top)
    {
        var group = $"{top}/sb-probe-{Guid.NewGuid():N}";
        if (!File.Exists($"{top}/cgroup.procs"))
        {
            return false;
        }

        try
        {
            Directory.CreateDirectory(group);
            return File.Exists($"{group}/cpu.idle");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            if (Directory.Exists(group))
            {
                Directory.Delete(group);
            }
        }
    }

    private static bool InGroupOfItsOwn(ProgramRun run)
    {
        var process = run.Output.Split('\n')[0].Split(' ')[1];
        return run.Output.Contains($"/snapshotbot-{process}\n", StringComparison.Ordinal);
    }
}

/// <summary>What a program does by how busy the machine is: nothing else is tested meanwhile.</summary>
[CollectionDefinition(nameof(FreeCores), DisableParallelization = true)]
public sealed class FreeCores;
