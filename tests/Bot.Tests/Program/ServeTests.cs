using System.Diagnostics;
using System.Net;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>The serving process as an init system sees it; none of these needs an engine.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sb-serve-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task Serve_FromReadyToTerm_RunsWhatTerminalsAskAndEndsCleanly()
    {
        var cancel = TestContext.Current.CancellationToken;
        var made = await RealProgram.RunAsync(EnvironmentOf(), "repository", "init", "--json", "--progress", "none");
        made.Exit.ShouldBe(0, made.Output + made.Errors);
        using var serve = RealProgram.StartLasting(EnvironmentOf(), "serve", "--no-discord", "--progress", "none");
        (await serve.StandardOutput.ReadLineAsync(cancel)).ShouldBe("Ready.");

        var asked = await RealProgram.RunAsync(EnvironmentOf(), "catalog", "rebuild", "--json", "--progress", "none");
        var since = Stopwatch.GetTimestamp();
        var exit = await RealProgram.EndAsync(serve, cancel);

        asked.Exit.ShouldBe(0, asked.Output + asked.Errors);
        exit.ShouldBe(0, await serve.StandardError.ReadToEndAsync(cancel));
        Stopwatch.GetElapsedTime(since).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        (await serve.StandardOutput.ReadLineAsync(cancel)).ShouldBe("Ended. What was not done yet waits for the next start.");
    }

    [Fact]
    public async Task Serve_Twice_TheSecondSaysItWaits()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var first = RealProgram.StartLasting(EnvironmentOf(), "serve", "--no-discord", "--json", "--progress", "none");
        (await first.StandardOutput.ReadLineAsync(cancel)).ShouldBe("""{"serve":{"state":"ready","healed":[],"left":0}}""");
        using var second = RealProgram.StartLasting(EnvironmentOf(), "serve", "--no-discord", "--json", "--progress", "none");
        (await second.StandardOutput.ReadLineAsync(cancel)).ShouldBe("""{"serve":{"state":"waiting","healed":[],"left":0}}""");

        (await RealProgram.EndAsync(first, cancel)).ShouldBe(0);

        (await second.StandardOutput.ReadLineAsync(cancel)).ShouldBe("""{"serve":{"state":"ready","healed":[],"left":0}}""");
        (await RealProgram.EndAsync(second, cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Serve_HeartbeatAddress_IsCalledAfterAGoodRound()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new HttpListener();
        var port = Ports.Free();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var environment = EnvironmentOf();
        environment["SNAPSHOTBOT_HEARTBEAT_URL"] = $"http://127.0.0.1:{port}/beat";
        using var serve = RealProgram.StartLasting(environment, "serve", "--no-discord", "--progress", "none");

        var call = await listener.GetContextAsync().WaitAsync(TimeSpan.FromMinutes(3), cancel);
        call.Response.StatusCode = 204;
        call.Response.Close();

        call.Request.Url!.AbsolutePath.ShouldBe("/beat");
        (await RealProgram.EndAsync(serve, cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Serve_HeartbeatThatIsNoAddress_SaysSo()
    {
        var environment = EnvironmentOf();
        environment["SNAPSHOTBOT_HEARTBEAT_URL"] = "not an address";

        var run = await RealProgram.RunAsync(environment, "serve", "--no-discord", "--json", "--progress", "none");

        run.Exit.ShouldBe(2);
        run.ErrorCode.ShouldBe("bad-setting");
    }

    [Fact]
    public async Task Serve_WithoutAToken_SaysSoAndStartsNothing()
    {
        var environment = EnvironmentOf();
        environment["DISCORD_TOKEN"] = "";

        var run = await RealProgram.RunAsync(environment, "serve", "--json", "--progress", "none");

        run.Exit.ShouldBe(2, run.Output + run.Errors);
        run.ErrorCode.ShouldBe("no-token");
        run.Error.GetProperty("hint").GetString()!.ShouldContain("DISCORD_TOKEN");
    }

    [Fact]
    public async Task Serve_CapabilitiesAreMissing_NamesThemAndStartsNothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root has capabilities to give away.");
        var environment = EnvironmentOf();
        environment["SNAPSHOTBOT_HOST_ROOT"] = "/";

        var run = await RealProgram.RunWithoutAsync("mknod,fowner", environment, "serve", "--no-discord", "--json", "--progress", "none");

        run.Exit.ShouldBe(3, run.Output + run.Errors);
        run.ErrorCode.ShouldBe("missing-capabilities");
        var said = run.Error.GetProperty("message").GetString()!;
        said.ShouldContain("CAP_FOWNER, CAP_MKNOD are missing");
        said.ShouldNotContain("CAP_CHOWN");
    }

    private Dictionary<string, string> EnvironmentOf() => new()
    {
        ["SNAPSHOTBOT_DATA"] = Path.Combine(_data, "data"),
        ["SNAPSHOTBOT_REPOSITORY"] = Path.Combine(_data, "repository"),
        ["SNAPSHOTBOT_REPOSITORY_PASSWORD"] = "a password of this test's own",
        ["DOCKER_HOST"] = "unix:///nowhere/docker.sock",
    };
}
