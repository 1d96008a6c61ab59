using Shouldly;
using Xunit;

namespace SnapshotBot.Engine.Tests.Transport;

public sealed class EndpointTests
{
    [Theory]
    [InlineData("unix:///run/x.sock", "/run/x.sock")]
    [InlineData("tcp://10.0.0.1:2375", null)]
    [InlineData("tcp://docker.local", null)]
    [InlineData("http://127.0.0.1:1", null)]
    public void Parse_AddressOfAnEngine_IsUnderstood(string text, string? socket)
    {
        var endpoint = EngineEndpoint.Parse(text);

        endpoint.SocketPath.ShouldBe(socket);
        endpoint.Text.ShouldBe(text);
    }

    [Theory]
    [InlineData("tcp://host", "http://host:2375/")]
    [InlineData("tcp://host:99", "http://host:99/")]
    [InlineData("https://host:2376", "https://host:2376/")]
    public void Parse_TcpAddress_HasDockersPorts(string text, string address) => EngineEndpoint.Parse(text).Address.AbsoluteUri.ShouldBe(address);

    [Theory]
    [InlineData("")]
    [InlineData("unix://relative.sock")]
    [InlineData("/var/run/docker.sock")]
    [InlineData("ssh://user@host")]
    [InlineData("npipe:////./pipe/docker_engine")]
    [InlineData("nonsense")]
    [InlineData("tcp://")]
    [InlineData("file:///etc/passwd")]
    public void Parse_OtherText_IsRefusedWithAdvice(string text)
    {
        var error = Should.Throw<EngineUnavailableException>(() => EngineEndpoint.Parse(text));

        error.Reason.ShouldBe(EngineUnavailableReason.BadAddress);
        error.IsTransient.ShouldBeFalse();
        error.Message.ShouldContain("Nothing was changed");
    }

    [Fact]
    public void FromEnvironment_Nothing_IsTheSystemsSocket()
    {
        var home = Directory.CreateTempSubdirectory("sbhome");
        try
        {
            EngineEndpoint.FromEnvironment(name => name == "DOCKER_CONFIG" ? home.FullName : null).Text.ShouldBe("unix:///var/run/docker.sock");
        }
        finally
        {
            home.Delete(true);
        }
    }

    [Fact]
    public void FromEnvironment_DockerHost_WinsOverTheContext()
    {
        using var home = new ContextHome("unix:///from/context.sock");

        EngineEndpoint.FromEnvironment(home.Variable).SocketPath.ShouldBe("/from/context.sock");
        EngineEndpoint.FromEnvironment(name => name == "DOCKER_HOST" ? "unix:///from/host.sock" : home.Variable(name)).SocketPath.ShouldBe("/from/host.sock");
    }

    [Fact]
    public void FromEnvironment_ContextThatIsNotThere_SaysSo()
    {
        using var home = new ContextHome("unix:///from/context.sock");

        var error = Should.Throw<EngineUnavailableException>(
            () => EngineEndpoint.FromEnvironment(name => name == "DOCKER_CONTEXT" ? "other" : home.Variable(name)));

        error.Message.ShouldContain("context");
    }

    [Fact]
    public void FromEnvironment_BrokenConfiguration_SaysSo()
    {
        using var home = new ContextHome("unix:///from/context.sock");
        File.WriteAllText(Path.Combine(home.Folder, "config.json"), "{ broken");

        Should.Throw<EngineUnavailableException>(() => EngineEndpoint.FromEnvironment(home.Variable)).Reason
            .ShouldBe(EngineUnavailableReason.BadAddress);
    }

    /// <summary>A user's docker configuration with one context chosen.</summary>
    private sealed class ContextHome : IDisposable
    {
        public ContextHome(string host)
        {
            const string name = "games";
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));
            var meta = Directory.CreateDirectory(Path.Combine(Folder, "contexts", "meta", hash));
            File.WriteAllText(Path.Combine(Folder, "config.json"), $$"""{"currentContext":"{{name}}"}""");
            File.WriteAllText(
                Path.Combine(meta.FullName, "meta.json"),
                $$$$"""{"Name":"{{{{name}}}}","Metadata":{},"Endpoints":{"docker":{"Host":"{{{{host}}}}","SkipTLSVerify":false}}}""");
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("sbcontext").FullName;

        public string? Variable(string name) => name == "DOCKER_CONFIG" ? Folder : null;

        public void Dispose() => Directory.Delete(Folder, true);
    }
}
