using System.Runtime.InteropServices;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>The tour on a real engine: it proves what it says, and leaves nothing behind however it ends.</summary>
public sealed class DemoTests : IDisposable
{
    private const int Interrupt = 2;
    private const int Kill = 9;
    private const int AfterSnapshot = 4;

    private readonly string _temporary = Directory.CreateTempSubdirectory("sb-demo-").FullName;

    public static IEnumerable<object[]> Engines => TestEngine.Names;

    public void Dispose() => Directory.Delete(_temporary, recursive: true);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Demo_OnARealEngine_ProvesTheWorldAndLeavesNothing(string name)
    {
        var run = await RealProgram.RunAsync(EnvironmentOf(name), "demo", "--json");

        run.Exit.ShouldBe(0, run.Output + run.Errors);
        var demo = run.Json.GetProperty("demo");
        demo.GetProperty("proven").GetBoolean().ShouldBeTrue();
        demo.GetProperty("worldPlayed").GetString().ShouldNotBe(demo.GetProperty("worldBefore").GetString());
        demo.GetProperty("worldRestored").GetString().ShouldBe(demo.GetProperty("worldBefore").GetString());
        demo.GetProperty("left").GetArrayLength().ShouldBe(0);
        await ShouldHaveLeftNothingAsync(name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(AfterSnapshot)]
    [InlineData(7)]
    public async Task Demo_Interrupted_ExitsWith130AndLeavesNothing(int step)
    {
        var run = await RealProgram.InterruptAsync(EnvironmentOf(TestEngine.Old), ["demo"], $"{step}. ", Interrupt);

        run.Exit.ShouldBe(130, run.Output + run.Errors);
        await ShouldHaveLeftNothingAsync(TestEngine.Old);
    }

    [Fact]
    public async Task Demo_AfterOneThatWasKilled_RemovesWhatThatLeft()
    {
        var killed = await RealProgram.InterruptAsync(EnvironmentOf(TestEngine.Old), ["demo"], $"{AfterSnapshot}. ", Kill);
        killed.Exit.ShouldBe(128 + Kill);
        (await LeftAsync(TestEngine.Old)).ShouldNotBeEmpty();

        // Another user's folder of that shape, with a link where this program would open a file.
        var others = Directory.CreateDirectory(Path.Combine(_temporary, "snapshotbot-demo-aaaaaa"));
        var target = Path.Combine(_temporary, "target");
        File.CreateSymbolicLink(Path.Combine(others.FullName, "held"), target);
        ChangeOwner(others.FullName, 1, 1).ShouldBe(0);

        var next = await RealProgram.RunAsync(EnvironmentOf(TestEngine.Old), "demo", "--json");

        next.Exit.ShouldBe(0, next.Output + next.Errors);
        Path.Exists(target).ShouldBeFalse();
        others.Delete(recursive: true);
        await ShouldHaveLeftNothingAsync(TestEngine.Old);
    }

    private Dictionary<string, string> EnvironmentOf(string name) => new()
    {
        ["DOCKER_HOST"] = TestEngine.Require(name).Endpoint.Text,
        ["SNAPSHOTBOT_DEMO_BUSYBOX"] = TestTool.Require("SNAPSHOTBOT_TEST_BUSYBOX"),
        ["TMPDIR"] = _temporary,
    };

    private async Task ShouldHaveLeftNothingAsync(string name)
    {
        (await LeftAsync(name)).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(_temporary, "snapshotbot-demo-*").ShouldBeEmpty();
    }

    private static async Task<List<string>> LeftAsync(string name)
    {
        using var engine = await TestEngine.Require(name).ConnectAsync(CancellationToken.None);
        return
        [
            .. (await engine.Containers.ListAsync(CancellationToken.None)).Select(one => one.Name).Where(IsOfDemo),
            .. (await engine.Volumes.ListAsync(CancellationToken.None)).Select(one => one.Name.Value).Where(IsOfDemo),
            .. (await engine.Images.ListAsync(CancellationToken.None)).SelectMany(one => one.Tags.Select(tag => tag.ToString())).Where(IsOfDemo),
        ];
    }

    private static bool IsOfDemo(string name) => name.StartsWith("snapshotbot-demo", StringComparison.Ordinal);

    [DllImport("libc", EntryPoint = "lchown")]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
