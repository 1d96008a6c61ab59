using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>How a clone of a container is kept apart from everything that is real.</summary>
public sealed record ContainerIsolation
{
    /// <summary><c>none</c>, or the name of a network that leads nowhere.</summary>
    public required string Network { get; init; }

    /// <summary>Names the others of the same clone know it by.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>It gets no more than this, whatever the original may use.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>All it mounts: nothing of the original's mounts is kept.</summary>
    public required IReadOnlyList<BlueprintMount> Mounts { get; init; }

    /// <summary>Put over the original's labels, of which those that others act upon are dropped.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

/// <summary>Cuts a definition off from the world: no ports, no devices, no rights beyond an ordinary container's, nothing of the host.</summary>
internal static class IsolationEditor
{
    /// <summary>What makes this program act upon a container.</summary>
    private const string Ours = "snapshotbot.";

    /// <summary>What makes compose, swarm and managers act upon a container.</summary>
    private static readonly string[] ActedUpon = ["com.docker.", "com.centurylinklabs.watchtower", "traefik.", "io.portainer", "Service"];

    private static readonly string[] Dropped =
    [
        "Binds", "VolumesFrom", "Links", "Devices", "DeviceRequests", "DeviceCgroupRules", "ContainerIDFile", "PublishAllPorts", "CgroupParent", "Cgroup",
        "PidMode", "UTSMode", "IpcMode", "OomKillDisable", "MemoryReservation", "MemorySwap", "MemorySwappiness", "KernelMemory", "LogConfig", "AutoRemove",
        "CapAdd", "UsernsMode", "CgroupnsMode", "MaskedPaths", "ReadonlyPaths",
    ];

    public static void Apply(JsonObject document, ContainerIsolation isolation)
    {
        var config = document.ObjectAt("Config");
        var labels = config["Labels"] as JsonObject ?? [];
        foreach (var name in labels.Select(pair => pair.Key).Where(IsActedUpon).ToList())
        {
            labels.Remove(name);
        }

        // Blank, not gone: in the place of one that is gone the engine puts what the image says.
        foreach (var name in labels.Select(pair => pair.Key).Where(name => name.StartsWith(Ours, StringComparison.OrdinalIgnoreCase)).ToList())
        {
            labels[name] = string.Empty;
        }

        foreach (var (name, value) in isolation.Labels)
        {
            labels[name] = value;
        }

        config["Labels"] = labels.DeepClone();
        config.Remove("MacAddress");
        config.Remove("NetworkDisabled");
        var host = document.ObjectAt("HostConfig");
        foreach (var name in Dropped)
        {
            host.Remove(name);
        }

        var own = host["Memory"] is JsonValue memory && memory.TryGetValue(out long limit) && limit > 0 ? limit : long.MaxValue;
        host["Memory"] = Math.Min(own, isolation.MemoryBytes);
        host["MemorySwap"] = Math.Min(own, isolation.MemoryBytes);
        host["Privileged"] = false;

        // Only what takes rights away stays; all else of these loosens what holds an ordinary container.
        var options = (host["SecurityOpt"] as JsonArray ?? []).OfType<JsonValue>().Select(one => one.ToString());
        host["SecurityOpt"] = DefinitionJson.ToArray(options.Where(one => one.StartsWith("no-new-privileges", StringComparison.Ordinal)));
        host["PortBindings"] = new JsonObject();
        host["RestartPolicy"] = RestartPolicyText.ToJson(RestartPolicy.None);
        host["NetworkMode"] = isolation.Network;
        host["Mounts"] = new JsonArray([.. isolation.Mounts.Select(mount => (JsonNode)mount.ToJson())]);
        document["Mounts"] = new JsonArray();
        document["NetworkSettings"] = new JsonObject
        {
            ["Networks"] = isolation.Network == "none"
                ? new JsonObject()
                : new JsonObject { [isolation.Network] = new JsonObject { ["Aliases"] = DefinitionJson.ToArray(isolation.Aliases) } },
        };
    }

    private static bool IsActedUpon(string label) => ActedUpon.Any(begin => label.StartsWith(begin, StringComparison.OrdinalIgnoreCase));
}
