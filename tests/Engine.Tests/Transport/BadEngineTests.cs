using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using SnapshotBot.Engine.Tests.Support;
using SnapshotBot.Engine.Transport;
using Xunit;

namespace SnapshotBot.Engine.Tests.Transport;

public sealed class BadEngineTests
{
    private const string Greeting = "GET /_ping";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.40")]
    [InlineData("1.24")]
    [InlineData("0.9")]
    public async Task Connect_EngineTooOld_IsRefusedAndSaysWhatIsNeeded(string version)
    {
        await using var fake = new FakeEngine(_ => FakeEngine.Answer(200, "OK", "Api-Version: " + version));

        var error = await Should.ThrowAsync<EngineVersionException>(fake.ConnectAsync);

        error.ApiVersion.ShouldBe(version);
        error.IsTransient.ShouldBeFalse();
        error.Message.ShouldContain(version);
        error.Message.ShouldContain("1.41");
        error.Message.ShouldContain("Nothing was changed");
        fake.Requests.ShouldBe([Greeting]);
    }

    [Theory]
    [InlineData("X-Other: 1")]
    [InlineData("Api-Version: dev")]
    public async Task Connect_SomethingThatIsNoEngine_SaysSo(string header)
    {
        await using var fake = new FakeEngine(_ => FakeEngine.Answer(200, "OK", header));

        (await Should.ThrowAsync<EngineVersionException>(fake.ConnectAsync)).Message.ShouldContain("does not look like a Docker engine");
    }

    [Theory]
    [InlineData("1.41", "1.41")]
    [InlineData("1.43", "1.43")]
    [InlineData("1.45", "1.45")]
    [InlineData("1.52", "1.45")]
    [InlineData("2.0", "1.45")]
    public async Task Connect_VersionWeSpeak_TakesTheNewerThatBothKnow(string offered, string agreed)
    {
        await using var fake = new FakeEngine(_ => FakeEngine.Answer(200, "[]", "Api-Version: " + offered));

        using var engine = await fake.ConnectAsync();
        await engine.Containers.ListAsync(Token);

        engine.ApiVersion.ShouldBe(agreed);
        fake.Requests.ShouldBe([Greeting, $"GET /v{agreed}/containers/json?all=1"]);
    }

    [Fact]
    public async Task Call_EngineThatDropsOurVersion_SaysToUseANewerProgram()
    {
        await using var fake = new FakeEngine(line => line == Greeting
            ? FakeEngine.Answer(200, "OK", "Api-Version: 1.60")
            : FakeEngine.Answer(400, """{"message":"client version 1.45 is too old. Minimum supported API version is 1.50"}"""));
        using var engine = await fake.ConnectAsync();

        (await Should.ThrowAsync<EngineVersionException>(() => engine.Containers.ListAsync(Token))).Message.ShouldContain("newer SnapshotBot");
    }

    [Fact]
    public async Task Connect_NoSocketOrNobodyBehindIt_IsNobodyListening()
    {
        var folder = Directory.CreateTempSubdirectory("sbnone");
        try
        {
            var dead = Path.Combine(folder.FullName, "dead");
            using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            {
                socket.Bind(new UnixDomainSocketEndPoint(dead));
            }

            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "file"), "no socket", Token);
            foreach (var name in new[] { "missing", "dead", "file", "folder/missing" })
            {
                var error = await Should.ThrowAsync<EngineUnavailableException>(() => ConnectAsync("unix://" + folder.FullName + "/" + name));
                error.Reason.ShouldBe(EngineUnavailableReason.NobodyListening, name);
                error.IsTransient.ShouldBeTrue();
                error.MayHaveHappened.ShouldBeFalse();
                error.Message.ShouldContain("systemctl start docker");
            }
        }
        finally
        {
            folder.Delete(true);
        }
    }

    [Fact]
    public async Task Connect_NobodyAtTheTcpPort_IsNobodyListening()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));

        var error = await Should.ThrowAsync<EngineUnavailableException>(() => ConnectAsync($"tcp://{taken.LocalEndPoint}"));

        error.Reason.ShouldBe(EngineUnavailableReason.NobodyListening);
    }

    [Fact]
    public void FromTransport_PermissionDenied_IsToldApartFromNobody()
    {
        var errors = new EngineErrors(EngineEndpoint.Parse("unix:///var/run/docker.sock"));
        var denied = new HttpRequestException("x", new SocketException((int)SocketError.AccessDenied));

        var error = errors.FromTransport(denied, new CallSubject("list its containers", EngineNoun.Container, string.Empty));

        error.Reason.ShouldBe(EngineUnavailableReason.PermissionDenied);
        error.IsTransient.ShouldBeFalse();
        error.Message.ShouldContain("group");
        error.Message.ShouldContain("Nothing was changed");
    }

    [Fact]
    public void FromAnswer_EngineKeptAPartOfTheLastRun_SaysWhatHelps()
    {
        var errors = new EngineErrors(EngineEndpoint.Parse("unix:///var/run/docker.sock"));
        var body = $$"""{"message":"failed to start shim: mkdir /{{new string('r', 200)}}/io.containerd.runtime.v2.task/moby/96: file exists: unknown"}""";

        var error = errors.FromAnswer(500, body, new CallSubject("start container 96", EngineNoun.Container, "96"), null).ShouldBeOfType<EngineRefusedException>();

        error.Message.ShouldContain("can't start container 96");
        error.Message.ShouldEndWith("systemctl restart containerd docker");
    }

    [Fact]
    public async Task Connect_NoAnswer_EndsAtItsDeadline()
    {
        await using var fake = new FakeEngine(_ => null);
        var options = fake.Options with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };

        var error = await Should.ThrowAsync<EngineUnavailableException>(() => DockerEngine.ConnectAsync(options, NullLogger.Instance, Token));

        error.Reason.ShouldBe(EngineUnavailableReason.NoAnswer);
    }

    [Fact]
    public async Task Call_NoAnswer_SaysThatItMayHaveHappened()
    {
        await using var fake = new FakeEngine(line => line == Greeting ? FakeEngine.Answer(200, "OK") : null);
        using var engine = await DockerEngine.ConnectAsync(
            fake.Options with { AnswerTimeout = TimeSpan.FromMilliseconds(200) }, NullLogger.Instance, Token);
        var id = ContainerId.Parse(new string('a', 64));

        foreach (var call in new Func<Task>[]
                 {
                     () => engine.Containers.PauseAsync(id, Token), () => engine.Containers.InspectAsync(id, Token),
                     () => engine.Containers.SetRestartPolicyAsync(id, RestartPolicy.None, Token),
                 })
        {
            var error = await Should.ThrowAsync<EngineUnavailableException>(call);
            error.Reason.ShouldBe(EngineUnavailableReason.NoAnswer);
            error.MayHaveHappened.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Call_CallerCancels_IsACancellationNotAnError()
    {
        await using var fake = new FakeEngine(line => line == Greeting ? FakeEngine.Answer(200, "OK") : null);
        using var engine = await fake.ConnectAsync();
        using var cancelled = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Should.ThrowAsync<OperationCanceledException>(() => engine.Containers.ListAsync(cancelled.Token));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 500\r\n\r\n[")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[")]
    public async Task Call_AnswerCutOff_IsAConnectionLost(string answer)
    {
        await using var fake = new FakeEngine(line => line == Greeting ? FakeEngine.Answer(200, "OK") : answer);
        using var engine = await fake.ConnectAsync();

        var error = await Should.ThrowAsync<EngineUnavailableException>(() => engine.Containers.ListAsync(Token));

        error.Reason.ShouldBe(EngineUnavailableReason.ConnectionLost);
        error.IsTransient.ShouldBeTrue();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""[{"Id":"../../etc/passwd","Names":["/one"],"State":"running"}]""")]
    [InlineData("""[{"Id":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","Names":["/one"]}]""")]
    [InlineData("""[{"Names":null}]""")]
    [InlineData("[1]")]
    public async Task List_AnswerThatMakesNoSense_IsATypedError(string answer)
    {
        await using var fake = new FakeEngine(line => line == Greeting ? FakeEngine.Answer(200, "OK") : FakeEngine.Answer(200, answer));
        using var engine = await fake.ConnectAsync();

        (await Should.ThrowAsync<EngineAnswerException>(() => engine.Containers.ListAsync(Token))).IsTransient.ShouldBeFalse();
    }

    [Theory]
    [InlineData(404, typeof(EngineNotFoundException))]
    [InlineData(409, typeof(EngineConflictException))]
    [InlineData(400, typeof(EngineRefusedException))]
    [InlineData(500, typeof(EngineRefusedException))]
    [InlineData(503, typeof(EngineRefusedException))]
    [InlineData(302, typeof(EngineRefusedException))]
    public async Task Call_RefusedWithWordsFromOutside_AreShownButDisarmed(int status, Type type)
    {
        const string words = """{"message":"no\u001b[31m red\u202e\nline"}""";
        await using var fake = new FakeEngine(line => line == Greeting ? FakeEngine.Answer(200, "OK") : FakeEngine.Answer(status, words));
        using var engine = await fake.ConnectAsync();

        var error = await Should.ThrowAsync<EngineException>(() => engine.Containers.InspectAsync(ContainerId.Parse(new string('a', 64)), Token));

        error.ShouldBeOfType(type);
        error.Message.ShouldContain("red");
        error.Message.ShouldNotContain("\u001b");
        error.Message.ShouldNotContain("\u202e");
        error.IsTransient.ShouldBe(status == 503);
    }

    [Fact]
    public async Task Load_FailureReportedUnderSuccess_IsAnError()
    {
        await using var fake = new FakeEngine(line => line == Greeting
            ? FakeEngine.Answer(200, "OK")
            : FakeEngine.Answer(200, "{\"stream\":\"x\"}\n{\"errorDetail\":{\"message\":\"no space left\"},\"error\":\"no space left\"}\n"));
        using var engine = await fake.ConnectAsync();

        (await Should.ThrowAsync<EngineRefusedException>(() => engine.Images.LoadAsync(new MemoryStream([1, 2, 3]), Token)))
            .EngineMessage.ShouldBe("no space left");
    }

    private static Task<DockerEngine> ConnectAsync(string address) =>
        DockerEngine.ConnectAsync(new EngineOptions { Endpoint = EngineEndpoint.Parse(address) }, NullLogger.Instance, Token);
}
