using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Networks;

public sealed class NetworkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryOpen_NoSocketToBeHad_IsASocketErrorAndNotTheEndOfTheProgram()
    {
        await using var bench = await EngineBench.OpenAsync(TestEngine.Old, Token);
        var details = await bench.Engine.Containers.InspectAsync(await bench.StartAsync(EngineBench.Sleeper, "one", Token), Token);

        // Of a kind that the kernel does not make, as when there are too many open files: refused inside the container's network.
        await Should.ThrowAsync<SocketException>(() => bench.Engine.ContainerSockets.TryOpenAsync(details, SocketType.Seqpacket, Token));

        using var socket = await bench.Engine.ContainerSockets.TryOpenAsync(details, SocketType.Stream, Token);
        socket.ShouldNotBeNull();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_FromTheDefinitionOfARemovedNetwork_IsTheSameAgain(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var networks = bench.Engine.Networks;
        var wanted = NetworkDefinition.Parse(Encoding.UTF8.GetBytes(
            "{\"Name\":\"" + bench.Name("net") + "\",\"Driver\":\"bridge\",\"Internal\":true,\"Attachable\":true,\"Labels\":{\"game\":\"one\"},"
            + "\"Options\":{\"com.docker.network.driver.mtu\":\"1400\"},"
            + "\"IPAM\":{\"Driver\":\"default\",\"Config\":[{\"Subnet\":\"10.202.1.0/24\",\"Gateway\":\"10.202.1.254\",\"IPRange\":\"10.202.1.128/25\"}]}}"));

        var first = await networks.InspectAsync(await networks.CreateAsync(wanted, Token), Token);
        await networks.RemoveAsync(first.Id, Token);
        var second = await networks.InspectAsync(await networks.CreateAsync(first.Definition, Token), Token);

        second.Id.ShouldNotBe(first.Id);
        Without(second).ShouldBe(Without(first));
        second.Options["com.docker.network.driver.mtu"].ShouldBe("1400");
        second.Labels["game"].ShouldBe("one");
        second.IsBuiltIn.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task CreateAndRemove_TakenUsedOrMissing_AreToldApart(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var networks = bench.Engine.Networks;
        var definition = NetworkDefinition.Parse(Encoding.UTF8.GetBytes($$"""{"Name":"{{bench.Name("net")}}","Driver":"bridge"}"""));
        var id = await networks.CreateAsync(definition, Token);
        await bench.StartAsync(EngineBench.Sleeper with { Network = definition.Name }, "one", Token);

        await Should.ThrowAsync<EngineConflictException>(() => networks.CreateAsync(definition, Token));
        await Should.ThrowAsync<EngineConflictException>(() => networks.RemoveAsync(id, Token));
        (await networks.FindAsync(bench.Name("none").Value, Token)).ShouldBeNull();
        (await networks.FindAsync("bridge", Token)).ShouldNotBeNull().IsBuiltIn.ShouldBeTrue();
        var error = await Should.ThrowAsync<EngineNotFoundException>(() => networks.InspectAsync(NetworkId.Parse(new string('b', 64)), Token));

        error.Noun.ShouldBe(EngineNoun.Network);
    }

    private static string Without(NetworkDetails network)
    {
        var document = JsonNode.Parse(network.Definition.Json.Span)!.AsObject();
        document.Remove("Id");
        document.Remove("Created");
        return document.ToJsonString();
    }
}
