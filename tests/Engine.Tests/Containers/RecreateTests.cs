using System.Text;
using Shouldly;
using SnapshotBot.Testing.Engines;
using Xunit;

namespace SnapshotBot.Engine.Tests.Containers;

public sealed class RecreateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_FromTheDefinitionOfARemovedContainer_IsTheSameAgain(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var engine = bench.Engine;
        var (front, back) = (await MakeNetworkAsync(bench, "front", "10.201.1.0/24"), await MakeNetworkAsync(bench, "back", "10.201.2.0/24"));
        var id = await engine.Containers.CreateAsync(Definition(bench), bench.Name("game"), Token);
        await engine.Networks.ConnectAsync(
            back, id, new NetworkAttachment { Aliases = ["db-client"], FixedIPv4 = "10.201.2.77" }, Token);
        await engine.Containers.StartAsync(id, Token);
        await bench.ShellAsync(id, "echo kept > /anonymous/file; echo named > /data/file", Token);
        var before = await engine.Containers.InspectAsync(id, Token);

        await engine.Containers.StopAsync(id, TimeSpan.Zero, Token);
        var stored = ContainerDefinition.Parse(before.Definition.Json.ToArray());
        await engine.Containers.RemoveAsync(id, AnonymousVolumes.Keep, Token);
        var again = await engine.Containers.CreateAsync(stored, EngineName.Parse(stored.Name), Token);
        await engine.Containers.StartAsync(again, Token);
        var after = await engine.Containers.InspectAsync(again, Token);

        again.ShouldNotBe(id);
        after.Definition.IsSameAs(before.Definition).ShouldBeTrue();
        after.Name.ShouldBe(before.Name);
        after.Environment.ShouldBe(before.Environment);
        after.Ports.ShouldBe(before.Ports, ignoreOrder: true);
        after.Ports.ShouldContain(new PublishedPort(25565, "tcp", "127.0.0.1", 25570));
        after.Labels.ShouldBe(before.Labels);
        after.Limits.ShouldBe(before.Limits);
        after.RestartPolicy.ShouldBe(new RestartPolicy(RestartPolicyKind.OnFailure, 5));
        after.HostName.ShouldBe("spielwelt");
        after.StopTimeout.ShouldBe(TimeSpan.FromSeconds(77));
        after.StopSignal.ShouldBe("SIGINT");
        after.Mounts.OrderBy(mount => mount.Target, StringComparer.Ordinal).Select(mount => (mount.Kind, mount.Source, mount.Target, mount.IsReadOnly))
            .ShouldBe(before.Mounts.OrderBy(mount => mount.Target, StringComparer.Ordinal).Select(mount => (mount.Kind, mount.Source, mount.Target, mount.IsReadOnly)));
        after.Networks.Select(network => network.Name).Order().ShouldBe([bench.Name("back").Value, bench.Name("front").Value]);
        var joined = after.Networks.Single(network => network.Id == back);
        joined.Address.ShouldBe("10.201.2.77");
        joined.Aliases.ShouldContain("db-client");
        after.Networks.Single(network => network.Id == front).FixedIPv4.ShouldBe("10.201.1.50");
        (await bench.ShellAsync(again, "cat /anonymous/file /data/file", Token)).ShouldBe("kept\nnamed\n");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_SettingsThisProgramDoesNotKnow_ComeBackToo(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var definition = Edit(EngineBench.Sleeper.ToDefinition(), "\"NetworkMode\"", """
            "ShmSize":33554432,"Sysctls":{"net.ipv4.tcp_syncookies":"0"},"Ulimits":[{"Name":"nofile","Hard":4096,"Soft":2048}],
            "CapAdd":["SYS_NICE"],"ReadonlyRootfs":true,"Tmpfs":{"/scratch":"size=1m"},"ExtraHosts":["far:10.1.2.3"],"Init":true,"OomScoreAdj":100,"NetworkMode"
            """);
        var first = await bench.Engine.Containers.CreateAsync(definition, bench.Name("a"), Token);
        var described = await bench.Engine.Containers.InspectAsync(first, Token);
        var again = await bench.Engine.Containers.CreateAsync(described.Definition, bench.Name("b"), Token);

        var text = Encoding.UTF8.GetString((await bench.Engine.Containers.InspectAsync(again, Token)).Definition.Json.Span);

        text.ShouldContain("\"ShmSize\":33554432");
        text.ShouldContain("net.ipv4.tcp_syncookies");
        text.ShouldContain("\"Soft\":2048");
        text.ShouldContain("SYS_NICE");
        text.ShouldContain("\"ReadonlyRootfs\":true");
        text.ShouldContain("/scratch");
        text.ShouldContain("far:10.1.2.3");
        text.ShouldContain("\"Init\":true");
        text.ShouldContain("\"OomScoreAdj\":100");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task IsSameAs_RunningStoppedAndStartedAgain_StaysTrue(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        await MakeNetworkAsync(bench, "front", "10.201.3.0/24");
        var id = await bench.StartAsync(EngineBench.Sleeper with { Network = bench.Name("front").Value }, "one", Token);
        var running = (await bench.Engine.Containers.InspectAsync(id, Token)).Definition;
        await bench.Engine.Containers.StopAsync(id, TimeSpan.Zero, Token);
        var stopped = (await bench.Engine.Containers.InspectAsync(id, Token)).Definition;
        await bench.Engine.Containers.StartAsync(id, Token);
        var started = (await bench.Engine.Containers.InspectAsync(id, Token)).Definition;

        running.IsSameAs(stopped).ShouldBeTrue();
        running.IsSameAs(started).ShouldBeTrue();
        running.IsSameAs(started.WithRestartPolicy(new RestartPolicy(RestartPolicyKind.Always, 0))).ShouldBeFalse();
        running.IsSameAs(started.WithImage("other:1")).ShouldBeFalse();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_NetworkThatIsGone_LeavesNoHalfContainer(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        await MakeNetworkAsync(bench, "front", "10.201.4.0/24");
        var back = await MakeNetworkAsync(bench, "back", "10.201.5.0/24");
        var id = await bench.StartAsync(EngineBench.Sleeper with { Network = bench.Name("front").Value }, "one", Token);
        await bench.Engine.Networks.ConnectAsync(back, id, new NetworkAttachment(), Token);
        var definition = (await bench.Engine.Containers.InspectAsync(id, Token)).Definition;
        await bench.Engine.Networks.DisconnectAsync(back, id, Token);
        await bench.Engine.Networks.RemoveAsync(back, Token);

        var error = await Should.ThrowAsync<EngineNotFoundException>(
            () => bench.Engine.Containers.CreateAsync(definition, bench.Name("two"), Token));

        error.Noun.ShouldBe(EngineNoun.Network);
        (await bench.Engine.Containers.FindAsync(bench.Name("two").Value, Token)).ShouldBeOfType<ContainerLookup.NotFound>();
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_NameInUseOrImageMissing_SaysWhich(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        await bench.StartAsync(EngineBench.Sleeper, "one", Token);

        await Should.ThrowAsync<EngineConflictException>(() => bench.StartAsync(EngineBench.Sleeper, "one", Token));
        var missing = await Should.ThrowAsync<EngineNotFoundException>(
            () => bench.StartAsync(EngineBench.Sleeper with { Image = "no-such-image:1" }, "two", Token));

        missing.Noun.ShouldBe(EngineNoun.Image);
        missing.Message.ShouldContain("no-such-image");
    }

    [Theory, MemberData(nameof(TestEngine.Names), MemberType = typeof(TestEngine))]
    public async Task Create_MountsOfAnotherContainerAndNetworkById_NeedNeitherAgain(string name)
    {
        await using var bench = await EngineBench.OpenAsync(name, Token);
        var network = await MakeNetworkAsync(bench, "front", "10.201.6.0/24");
        var donor = await bench.StartAsync(
            EngineBench.Sleeper with
            {
                Mounts = [BlueprintMount.Volume(bench.Name("world"), "/data"), new BlueprintMount(MountKind.Bind, "/usr/share", "/shared", MountAccess.ReadOnly)],
            },
            "donor",
            Token);
        var definition = Edit(
            (EngineBench.Sleeper with { Network = network.Value }).ToDefinition(), "\"Mounts\":[]", $"\"VolumesFrom\":[\"{donor}\"]");
        var id = await bench.Engine.Containers.CreateAsync(definition, bench.Name("one"), Token);
        await bench.Engine.Containers.StartAsync(id, Token);
        await bench.ShellAsync(id, "echo kept > /data/file", Token);
        var stored = (await bench.Engine.Containers.InspectAsync(id, Token)).Definition;
        foreach (var each in new[] { id, donor })
        {
            await bench.Engine.Containers.StopAsync(each, TimeSpan.Zero, Token);
            await bench.Engine.Containers.RemoveAsync(each, AnonymousVolumes.Keep, Token);
        }

        await bench.Engine.Networks.RemoveAsync(network, Token);
        var made = await MakeNetworkAsync(bench, "front", "10.201.6.0/24");
        var again = await bench.Engine.Containers.CreateAsync(stored, bench.Name("one"), Token);
        await bench.Engine.Containers.StartAsync(again, Token);

        var after = await bench.Engine.Containers.InspectAsync(again, Token);
        after.Networks.ShouldHaveSingleItem().Id.ShouldBe(made);
        after.Mounts.Single(mount => mount.Target == "/shared").IsReadOnly.ShouldBeTrue();
        (await bench.ShellAsync(again, "cat /data/file", Token)).ShouldBe("kept\n");
    }

    private static ContainerDefinition Definition(EngineBench bench)
    {
        var blueprint = EngineBench.Sleeper with
        {
            Environment = ["WORLD=Größe \"quoted\" <&>", "EMPTY=", "EULA=true"],
            Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["game.kind"] = "survival", ["note"] = "@everyone 🎮" },
            Mounts =
            [
                BlueprintMount.Volume(bench.Name("world"), "/data"),
                new BlueprintMount(MountKind.Volume, string.Empty, "/anonymous", MountAccess.ReadWrite),
                new BlueprintMount(MountKind.Bind, "/usr/share", "/shared", MountAccess.ReadOnly),
            ],
            Ports = [new PublishedPort(25565, "tcp", "127.0.0.1", 25570), new PublishedPort(19132, "udp", "127.0.0.1", 19140)],
            Network = bench.Name("front").Value,
            HostName = "spielwelt",
            RestartPolicy = new RestartPolicy(RestartPolicyKind.OnFailure, 5),
            StopTimeout = TimeSpan.FromSeconds(77),
            MemoryBytes = 128 << 20,
        };
        var definition = Edit(blueprint.ToDefinition(), "\"Image\"", "\"StopSignal\":\"SIGINT\",\"WorkingDir\":\"/game\",\"User\":\"0:0\",\"Image\"");
        return Edit(
            definition,
            $"{{\"{bench.Name("front")}\":{{}}}}",
            $"{{\"{bench.Name("front")}\":{{\"IPAMConfig\":{{\"IPv4Address\":\"10.201.1.50\"}},\"Aliases\":[\"game\"]}}}}");
    }

    private static ContainerDefinition Edit(ContainerDefinition definition, string text, string replacement)
    {
        var json = Encoding.UTF8.GetString(definition.Json.Span);
        json.ShouldContain(text);
        return ContainerDefinition.Parse(Encoding.UTF8.GetBytes(json.Replace(text, replacement, StringComparison.Ordinal)));
    }

    private static Task<NetworkId> MakeNetworkAsync(EngineBench bench, string suffix, string subnet) => bench.Engine.Networks.CreateAsync(
        NetworkDefinition.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"Name":"{{{bench.Name(suffix)}}}","Driver":"bridge","IPAM":{"Driver":"default","Config":[{"Subnet":"{{{subnet}}}"}]}}""")),
        Token);
}
