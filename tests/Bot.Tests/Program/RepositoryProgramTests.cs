using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Bot.Terminal.RepositoryCommands;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>The repository commands have a program of their own beside the whole one. Nobody should be able to tell which of them answered.</summary>
public sealed class RepositoryProgramTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    public static TheoryData<string> Lines() =>
    [
        "repository", "repository --help", "repository --help --json", "repository archve", "repository archive", "repository archive --nothing",
        "repository prune --yes=maybe", "repository ls 12345678 --json --repository /nowhere/at/all", "repository ls 12345678 --progress loud",
        "repository snapshots --repository s3:elsewhere", "repository archive /nowhere --password-file /nowhere/at/all",
        .. RepositoryCommandList.Entries.Select(entry => entry.Name + " --help"),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Line_IsAnsweredAsByTheWholeProgram(string line)
    {
        var own = Path.Combine(Path.GetDirectoryName(RealProgram.Path)!, "snapshotbot-repository");
        Assert.SkipUnless(
            File.Exists(own) || Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PROGRAM") is { Length: > 0 },
            "A build has the whole program alone; ./test.sh makes both.");

        var whole = await RealProgram.RunAsync(RealProgram.Path + ".bin", Nothing, line.Split(' '));
        var run = await RealProgram.RunAsync(own, Nothing, line.Split(' '));

        run.ShouldBe(whole);
        run.Output.Concat(run.Errors).ShouldNotBeEmpty();
    }
}
