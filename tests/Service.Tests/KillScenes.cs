using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using SnapshotBot.Engine;
using SnapshotBot.Service.Servers;
using SnapshotBot.Service.Snapshots;
using SnapshotBot.Testing.Engines;

namespace SnapshotBot.Service.Tests;

/// <summary>A server on which restores are cut off: its files differ from its snapshot. The other scenes are what else a restore has to do.</summary>
internal class KillScene(ServiceBench bench)
{
    /// <summary>Writes at every start, in the name of the world it finds: into a file that no swap touches, and under a name nothing has yet.</summary>
    private const string Game = "mkdir -p /data/made; world=$(cat /data/later 2>/dev/null || echo kept); echo $world >> /data/starts; touch /data/made/$(date +%s%N)-$world; touch /dev/shm/wrote;"
        + " trap 'exit 0' TERM; while true; do sleep 1000 & wait; done";

    private const string Begun = "until test -e /dev/shm/wrote; do sleep 0.05; done; ";

    private const string MakeWorld = "mkdir /data/region; for i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=256; done; echo old > /game/version; echo old > /conf/version";

    private const string PlayOn = "rm -f /data/region/1; for i in 2 3 4; do dd if=/dev/urandom of=/data/region/$i bs=1024 count=256; done; date +%s%N > /data/later; echo new > /game/version; rm -f /conf/version";

    /// <summary>Every scene by its name.</summary>
    public static IReadOnlyDictionary<string, Func<ServiceBench, KillScene>> All { get; } = new Dictionary<string, Func<ServiceBench, KillScene>>(StringComparer.Ordinal)
    {
        ["files"] = bench => new KillScene(bench),
        ["definition"] = bench => new OtherDefinitionScene(bench),
        ["removes itself"] = bench => new SelfRemovingScene(bench),
        ["gone"] = bench => new GoneScene(bench),
        ["two containers"] = bench => new TwoContainersScene(bench),
    };

    protected ServiceBench Bench { get; } = bench;

    public ServerInfo Server { get; private set; } = null!;

    public SnapshotInfo Snapshot { get; private set; } = null!;

    /// <summary>The world of the snapshot.</summary>
    public SceneWorld Kept { get; private set; } = null!;

    /// <summary>Whether a restore of this scene can be undone into the scene as it was.</summary>
    public virtual bool HasUndo => true;

    /// <summary>Whether a restore that was taken back leaves another scene than it found.</summary>
    public virtual bool IsSpent => false;

    protected virtual IReadOnlyList<string> Suffixes => ["game"];

    protected virtual RestartPolicy Policy => new(RestartPolicyKind.UnlessStopped, 0);

    public virtual async Task StartAsync()
    {
        var ids = new List<ContainerId>();
        foreach (var suffix in Suffixes)
            ids.Add(await MakeAsync(suffix));
        Server = await Bench.AddServerAsync("Survival", [.. ids]);
        await KeepAsync();
    }

    /// <summary>Makes what a restore would undo.</summary>
    public virtual async Task PlayOnAsync(int round)
    {
        foreach (var suffix in Suffixes)
            await Bench.ShellAsync((await FindAsync(suffix))!.Id, PlayOn);
    }

    /// <summary>The whole scene, which must run as it should, with nothing beside it.</summary>
    public async Task<SceneWorld> LookAsync(string what)
    {
        var containers = new List<ContainerWorld>();
        foreach (var suffix in Suffixes)
        {
            if (await FindAsync(suffix) is not { } now)
                continue;
            (now.State.IsRunning, ServiceBench.StandsStill(now), now.RestartPolicy).ShouldBe((true, false, Policy), what);
            containers.Add(await LookAsync(now));
            if (await Bench.Engine.Engine.WritableLayers.FindAsync(now, ServiceBench.Cancel) is WritableLayerLookup.Found layer)
                OursIn(Path.GetDirectoryName(layer.Layer.UpperDirectory)!).ShouldBeEmpty(what);
        }

        OursIn(Bench.Root).ShouldBeEmpty(what);
        Directory.EnumerateDirectories(Path.Combine(Bench.Root, "sb-data", "operations")).ShouldBeEmpty(what);
        return new SceneWorld(containers, string.Join('\n', (await ThingsAsync(what)).Order(StringComparer.Ordinal)));
    }

    /// <summary>What the bench does not clear away by itself.</summary>
    public virtual Task ClearAsync() => Task.CompletedTask;

    protected async Task KeepAsync()
    {
        foreach (var suffix in Suffixes)
            await Bench.ShellAsync((await FindAsync(suffix))!.Id, Begun + MakeWorld);
        Snapshot = await Bench.SnapshotAsync(Server.Id);
        Kept = await LookAsync("kept");
    }

    protected async Task<ContainerDetails?> FindAsync(string suffix)
    {
        try
        {
            return await Bench.Engine.Engine.Containers.FindAsync(Bench.Engine.Name(suffix).Value, ServiceBench.Cancel) is ContainerLookup.Found found
                ? await Bench.InspectAsync(found.Container.Id)
                : null;
        }
        catch (EngineNotFoundException)
        {
            // It removed itself between the two.
            return null;
        }
    }

    protected virtual ContainerBlueprint Blueprint(string suffix) => EngineBench.Sleeper with
    {
        Command = ["/bin/sh", "-c", Game],
        RestartPolicy = Policy,
        Mounts = [BlueprintMount.Volume(Bench.Engine.Name("world-" + suffix), "/data"), BlueprintMount.Bind(Conf(suffix), "/conf")],
    };

    protected string Conf(string suffix) => Path.Combine(Bench.Root, "conf-" + suffix);

    protected virtual Task<ContainerId> MakeAsync(string suffix, Func<ContainerBlueprint, ContainerBlueprint>? change = null)
    {
        Directory.CreateDirectory(Conf(suffix));
        var blueprint = Blueprint(suffix);
        return Bench.Engine.StartAsync(change?.Invoke(blueprint) ?? blueprint, suffix, ServiceBench.Cancel);
    }

    protected async Task RemoveAsync(string suffix, AnonymousVolumes volumes)
    {
        if (await FindAsync(suffix) is not { } now)
            return;
        var containers = Bench.Engine.Engine.Containers;
        await containers.StopAsync(now.Id, TimeSpan.FromSeconds(5), ServiceBench.Cancel);
        if (!now.IsRemovedOnStop)
            await containers.RemoveAsync(now.Id, volumes, ServiceBench.Cancel);
        while (await FindAsync(suffix) is not null)
        {
            // The engine removes what ends by itself in its own time, and tells nobody who asks only for names.
            await Task.Delay(10, ServiceBench.Cancel);
        }
    }

    /// <summary>All that is there under this bench's names.</summary>
    protected virtual async Task<IReadOnlyList<string>> ThingsAsync(string what)
    {
        var engine = Bench.Engine.Engine;
        var prefix = Bench.Engine.Name("x").Value[..^1];
        var volumes = (await engine.Volumes.ListAsync(ServiceBench.Cancel)).Where(one => one.Name.Value.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        foreach (var volume in volumes)
            OursIn(Path.GetDirectoryName(volume.MountPoint)!).ShouldBeEmpty(what);
        return
        [
            .. (await engine.Containers.ListAsync(ServiceBench.Cancel)).Select(one => one.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)),
            .. volumes.Select(one => one.Name.Value),
            .. (await engine.Networks.ListAsync(ServiceBench.Cancel)).Select(one => one.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)),
            .. Directory.EnumerateDirectories(Bench.Root, "conf-*").Order(StringComparer.Ordinal),
        ];
    }

    private async Task<ContainerWorld> LookAsync(ContainerDetails now)
    {
        var id = (await Bench.ShellAsync(now.Id, Begun + "cat /data/later 2>/dev/null || echo kept")).Trim();
        var print = (await WorldPrint.TakeAsync(Bench, now.Id)).Split('\n')
            .Where(line => !line.Contains("/data/starts", StringComparison.Ordinal) && !line.Contains("/data/made", StringComparison.Ordinal));
        return new ContainerWorld(
            id,
            string.Join('\n', (string[])[now.Name, .. now.Environment.Where(one => one.StartsWith("BUILD=", StringComparison.Ordinal)), .. print]),
            Lines(await Bench.ShellAsync(now.Id, "cat /data/starts")),
            Lines(await Bench.ShellAsync(now.Id, "ls /data/made")));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> OursIn(string folder) => Directory.EnumerateFileSystemEntries(folder, ".snapshotbot-*");
}

/// <summary>All containers of a scene with what they see, and what there is on the engine.</summary>
internal sealed record SceneWorld(IReadOnlyList<ContainerWorld> Containers, string Things)
{
    /// <summary>Whether this is that scene after nothing but its own games' starts.</summary>
    public void ShouldBeRunOf(SceneWorld other, string what)
    {
        Things.ShouldBe(other.Things, what);
        Containers.Count.ShouldBe(other.Containers.Count, what);
        foreach (var (now, then) in Containers.Zip(other.Containers))
            now.ShouldBeRunOf(then, what);
    }
}

/// <summary>A world, and what was written into it by a game that ran on it.</summary>
internal sealed record ContainerWorld(string Id, string Print, IReadOnlyList<string> Starts, IReadOnlyList<string> Made)
{
    public void ShouldBeRunOf(ContainerWorld world, string what)
    {
        Print.ShouldBe(world.Print, what);
        Starts.Take(world.Starts.Count).ShouldBe(world.Starts, what);
        Starts.Skip(world.Starts.Count).ShouldAllBe(start => start == world.Id, what);
        world.Made.ShouldBeSubsetOf(Made, what);
        Made.Except(world.Made).ShouldAllBe(made => made.EndsWith("-" + world.Id, StringComparison.Ordinal), what);
    }
}

/// <summary>The container was made anew since with another definition, so a restore makes it anew too.</summary>
internal sealed class OtherDefinitionScene(ServiceBench bench) : KillScene(bench)
{
    public override async Task PlayOnAsync(int round)
    {
        await RemoveAsync("game", AnonymousVolumes.Keep);
        await MakeAsync("game", one => one with { Environment = [$"BUILD={round}"] });
        await base.PlayOnAsync(round);
    }
}

/// <summary>A container started with <c>--rm</c>, whose world is in a volume without a name: its stop takes both along.</summary>
internal sealed class SelfRemovingScene(ServiceBench bench) : KillScene(bench)
{
    /// <summary>What was restored does not remove itself any more, and is another scene.</summary>
    public override bool HasUndo => false;

    public override bool IsSpent => true;

    protected override RestartPolicy Policy => RestartPolicy.None;

    public override async Task PlayOnAsync(int round)
    {
        if (round > 0)
        {
            await RemoveAsync("game", AnonymousVolumes.Remove);
            await MakeAsync("game");
            await KeepAsync();
        }

        await base.PlayOnAsync(round);
    }

    protected override ContainerBlueprint Blueprint(string suffix) => base.Blueprint(suffix) with
    {
        Mounts = [new BlueprintMount(MountKind.Volume, "", "/data", MountAccess.ReadWrite), BlueprintMount.Bind(Conf(suffix), "/conf")],
    };

    protected override async Task<ContainerId> MakeAsync(string suffix, Func<ContainerBlueprint, ContainerBlueprint>? change = null)
    {
        Directory.CreateDirectory(Conf(suffix));
        var definition = JsonNode.Parse(Blueprint(suffix).ToDefinition().Json.Span)!;
        definition["HostConfig"]!["AutoRemove"] = true;
        var containers = Bench.Engine.Engine.Containers;
        var id = await containers.CreateAsync(
            ContainerDefinition.Parse(Encoding.UTF8.GetBytes(definition.ToJsonString())), Bench.Engine.Name(suffix), ServiceBench.Cancel);
        await containers.StartAsync(id, ServiceBench.Cancel);
        return id;
    }
}

/// <summary>Container, volume, network, image and folder are gone: a restore makes all of them, and one that is taken back leaves none.</summary>
internal sealed class GoneScene(ServiceBench bench) : KillScene(bench)
{
    private ImageId? _image;

    public override bool HasUndo => false;

    private ImageTag Tag => ImageTag.Parse(Bench.Engine.Name("own").Value + ":1");

    public override async Task StartAsync()
    {
        var engine = Bench.Engine.Engine;
        var first = await Bench.Engine.StartAsync(EngineBench.Sleeper, "first", ServiceBench.Cancel);
        await Bench.ShellAsync(first, "echo own > /game/own");
        _image = await engine.Images.CommitAsync(first, Tag, Bench.Engine.Name("own").Value, ServiceBench.Cancel);
        await engine.Containers.StopAsync(first, TimeSpan.Zero, ServiceBench.Cancel);
        await engine.Containers.RemoveAsync(first, AnonymousVolumes.Remove, ServiceBench.Cancel);
        await engine.Networks.CreateAsync(
            NetworkDefinition.Create(Bench.Engine.Name("net"), new Dictionary<string, string>(StringComparer.Ordinal), NetworkReach.Internal), ServiceBench.Cancel);
        await base.StartAsync();
    }

    public override async Task PlayOnAsync(int round)
    {
        var engine = Bench.Engine.Engine;
        await ClearAsync();
        foreach (var volume in (await engine.Volumes.ListAsync(ServiceBench.Cancel)).Where(one => one.Name == Bench.Engine.Name("world-game")))
            await engine.Volumes.RemoveAsync(volume.Name, ServiceBench.Cancel);
        if (await engine.Networks.FindAsync(Bench.Engine.Name("net").Value, ServiceBench.Cancel) is { } network)
            await engine.Networks.RemoveAsync(network.Id, ServiceBench.Cancel);
        if (Directory.Exists(Conf("game")))
            Directory.Delete(Conf("game"), recursive: true);
    }

    public override async Task ClearAsync()
    {
        await RemoveAsync("game", AnonymousVolumes.Remove);
        if (await Bench.Engine.Engine.Images.FindAsync(Tag.ToString(), ServiceBench.Cancel) is not null)
            await Bench.Engine.Engine.Images.UntagAsync(Tag, ServiceBench.Cancel);
    }

    protected override ContainerBlueprint Blueprint(string suffix) => base.Blueprint(suffix) with { Image = Tag.ToString(), Network = Bench.Engine.Name("net").Value };

    protected override async Task<IReadOnlyList<string>> ThingsAsync(string what) =>
    [
        .. await base.ThingsAsync(what),
        .. (await Bench.Engine.Engine.Images.ListAsync(ServiceBench.Cancel)).Where(one => one.Id == _image).SelectMany(one => (string[])["an image", .. one.Tags]),
    ];
}

/// <summary>Two containers, each with a world of its own: both are of one moment.</summary>
internal sealed class TwoContainersScene(ServiceBench bench) : KillScene(bench)
{
    protected override IReadOnlyList<string> Suffixes => ["database", "game"];
}
