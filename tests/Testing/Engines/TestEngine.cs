using Microsoft.Extensions.Logging.Abstractions;
using SnapshotBot.Engine;

namespace SnapshotBot.Testing.Engines;

/// <summary>A real engine that <c>./test.sh</c> started for the tests.</summary>
public sealed class TestEngine
{
    /// <summary>Docker 20.10 on overlay2.</summary>
    public const string Old = "20.10 overlay2";

    /// <summary>Docker 26.1 on the containerd image store.</summary>
    public const string New = "26.1 containerd";

    private TestEngine(string name, string address) => (Name, Endpoint) = (name, EngineEndpoint.Parse(address));

    /// <summary>An engine of a test's own.</summary>
    public static TestEngine At(string name, EngineEndpoint endpoint) => new(name, endpoint.Text);

    /// <summary>For <c>[Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]</c>: every test on both engines.</summary>
    public static IEnumerable<object[]> Names => [[Old], [New]];

    public string Name { get; }

    public EngineEndpoint Endpoint { get; }

    /// <summary>The engine of that name; without it the test fails, for a test that is left out proves nothing.</summary>
    public static TestEngine Require(string name)
    {
        var variable = name == Old ? "SNAPSHOTBOT_TEST_ENGINE_20" : "SNAPSHOTBOT_TEST_ENGINE_26";
        var address = TestTool.Require(variable);
        return new TestEngine(name, address.StartsWith('/') ? "unix://" + address : address);
    }

    public Task<DockerEngine> ConnectAsync(CancellationToken cancellationToken) =>
        DockerEngine.ConnectAsync(new EngineOptions { Endpoint = Endpoint }, NullLogger.Instance, cancellationToken);
}
