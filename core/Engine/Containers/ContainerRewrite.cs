using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>What becomes of a definition when a second container is made from it beside the first.</summary>
public sealed record ContainerRewrite
{
    /// <summary>All it mounts, temporary file systems aside, which stay as they are.</summary>
    public required IReadOnlyList<BlueprintMount> Mounts { get; init; }

    /// <summary>All it publishes.</summary>
    public required IReadOnlyList<PublishedPort> Ports { get; init; }

    /// <summary>Its first network's name, or <c>none</c>, <c>bridge</c>, <c>container:NAME</c>.</summary>
    public required string NetworkMode { get; init; }

    /// <summary>The networks it is joined to, with its names there.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Networks { get; init; }

    public required IReadOnlyList<string> Environment { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    internal void Apply(JsonObject document)
    {
        var config = document.ObjectAt("Config");
        var host = document.ObjectAt("HostConfig");
        config["Env"] = DefinitionJson.ToArray(Environment);
        config["Labels"] = DefinitionJson.ToObject(Labels);
        if (Command.Count > 0)
        {
            config["Cmd"] = DefinitionJson.ToArray(Command);
        }

        // Its own address and name on the wire are the first container's.
        config.Remove("MacAddress");
        ApplyMounts(document, host);
        ApplyPorts(config, host);
        ApplyNetworks(document, host);

        // What reaches into another container would reach into the first one's.
        foreach (var space in (string[])["IpcMode", "PidMode", "UTSMode"])
        {
            if (host.Text(space).StartsWith("container:", StringComparison.Ordinal))
            {
                host.Remove(space);
            }
        }

        host["Links"] = null;
        host["AutoRemove"] = false;
        host["ContainerIDFile"] = string.Empty;
    }

    private void ApplyMounts(JsonObject document, JsonObject host)
    {
        var kept = MountEditor.Objects(host["Mounts"]).Where(mount => mount.Text("Type") == "tmpfs").Select(mount => (JsonNode)mount.DeepClone());
        host["Mounts"] = new JsonArray([.. kept, .. Mounts.Select(ToJson)]);
        host["Binds"] = null;
        host.Remove("VolumesFrom");
        document["Mounts"] = new JsonArray();
    }

    private static JsonNode ToJson(BlueprintMount mount)
    {
        var json = mount.ToJson();

        // A volume that is empty in the snapshot must not be filled from the image.
        if (mount.Kind == MountKind.Volume)
        {
            json["VolumeOptions"] = new JsonObject { ["NoCopy"] = true };
        }

        return json;
    }

    private void ApplyPorts(JsonObject config, JsonObject host)
    {
        var exposed = config["ExposedPorts"] as JsonObject;
        exposed = exposed is null ? [] : (JsonObject)exposed.DeepClone();
        var bindings = new JsonObject();
        foreach (var ports in Ports.GroupBy(port => string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol}"), StringComparer.Ordinal))
        {
            exposed[ports.Key] ??= new JsonObject();
            bindings[ports.Key] = new JsonArray(
            [
                .. ports.Select(port => (JsonNode)new JsonObject
                {
                    ["HostIp"] = port.HostAddress,
                    ["HostPort"] = port.HostPort?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
                }),
            ]);
        }

        config["ExposedPorts"] = exposed;
        host["PortBindings"] = bindings;
        host["PublishAllPorts"] = false;
    }

    private void ApplyNetworks(JsonObject document, JsonObject host)
    {
        host["NetworkMode"] = NetworkMode;
        var networks = new JsonObject();
        foreach (var (name, aliases) in Networks)
        {
            networks[name] = new JsonObject { ["Aliases"] = DefinitionJson.ToArray(aliases) };
        }

        document["NetworkSettings"] = new JsonObject { ["Networks"] = networks };
    }
}
