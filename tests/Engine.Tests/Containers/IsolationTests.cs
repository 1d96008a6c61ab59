using System.Text;
using System.Text.Json;
using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Containers;

public sealed class IsolationTests
{
    [Fact]
    public void Isolated_OriginalHasMoreRightsThanOthers_HasNoneOfThem()
    {
        var original = Edit(EngineBench.Sleeper.ToDefinition(), """
            "CapAdd":["SYS_ADMIN"],"CapDrop":["NET_RAW"],"SecurityOpt":["seccomp=unconfined","apparmor=unconfined","no-new-privileges:true"],
            "UsernsMode":"host","CgroupnsMode":"host","MaskedPaths":[],"ReadonlyPaths":[],"Privileged":true,"Devices":[{"PathOnHost":"/dev/kvm"}],
            """);

        var host = Host(original.Isolated(Isolation));

        foreach (var name in (string[])["CapAdd", "UsernsMode", "CgroupnsMode", "MaskedPaths", "ReadonlyPaths", "Devices"])
            host.TryGetProperty(name, out _).ShouldBeFalse(name);
        host.GetProperty("Privileged").GetBoolean().ShouldBeFalse();
        host.GetProperty("CapDrop")[0].GetString().ShouldBe("NET_RAW");
        host.GetProperty("SecurityOpt").EnumerateArray().Select(one => one.GetString()).ShouldBe(["no-new-privileges:true"]);
    }

    [Fact]
    public void Isolated_LabelsOthersActUpon_AreGoneAndOursBlank()
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.server"] = "castle", ["com.docker.compose.project"] = "mc", ["who"] = "me" };

        var isolated = EngineBench.Describe(EngineBench.Sleeper with { Labels = labels }).Definition.Isolated(Isolation).ToDetails();

        // An image's own label of that name would come in its place if it were gone.
        isolated.Labels.ShouldBe(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.server"] = "", ["who"] = "me", ["snapshotbot.boot"] = "0123" }, ignoreOrder: true);
    }

    private static ContainerIsolation Isolation => new()
    {
        Network = "none",
        MemoryBytes = 1 << 30,
        Mounts = [],
        Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["snapshotbot.boot"] = "0123" },
    };

    private static ContainerDefinition Edit(ContainerDefinition definition, string settings) => ContainerDefinition.Parse(
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(definition.Json.Span).Replace("\"HostConfig\":{", "\"HostConfig\":{" + settings, StringComparison.Ordinal)));

    private static JsonElement Host(ContainerDefinition definition)
    {
        using var document = JsonDocument.Parse(definition.Json);
        return document.RootElement.GetProperty("HostConfig").Clone();
    }
}
