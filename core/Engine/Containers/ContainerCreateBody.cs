using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>What the engine takes to make a container, and the networks it is joined to afterwards.</summary>
/// <param name="Body">The request's body, with at most one network: more are refused by engines before API 1.44.</param>
/// <param name="FurtherNetworks">Network name and endpoint settings of the others.</param>
internal sealed record ContainerCreateBody(JsonObject Body, IReadOnlyList<KeyValuePair<string, JsonObject>> FurtherNetworks)
{
    private const int ShortIdLength = 12;

    public static ContainerCreateBody From(JsonObject document)
    {
        var body = (JsonObject)document["Config"]!.DeepClone();
        var host = (JsonObject)document["HostConfig"]!.DeepClone();
        DropGivenHostName(document, body, host);
        AddUndeclaredMounts(document, host);
        body["HostConfig"] = host;

        var mode = NameOfMode(document, host);
        var networks = EndpointsOf(document, mode, body.Text("MacAddress"));
        var first = networks.FindIndex(network => network.Key == mode || (mode is "default" or "" && network.Key == "bridge"));
        if (first >= 0)
        {
            var endpoints = new JsonObject { [networks[first].Key] = networks[first].Value };
            body["NetworkingConfig"] = new JsonObject { ["EndpointsConfig"] = endpoints };
            networks.RemoveAt(first);
        }

        return new ContainerCreateBody(body, networks);
    }

    /// <summary>The parts that make two containers the same, in one order.</summary>
    public static JsonNode Comparable(JsonObject document)
    {
        var (body, further) = From(document);
        var networks = new JsonObject();
        foreach (var (name, endpoint) in further.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            networks[name] = endpoint;
        }

        body["FurtherNetworks"] = networks;
        Canonical(body);
        DropGivenAddresses(body);
        return body;
    }

    public static IEnumerable<KeyValuePair<string, JsonNode?>> NetworksOf(JsonObject document) =>
        document["NetworkSettings"] is JsonObject settings && settings["Networks"] is JsonObject networks ? networks : [];

    /// <summary>A network may have been chosen by its id, which a network made anew does not have: its name leads there again.</summary>
    private static string NameOfMode(JsonObject document, JsonObject host)
    {
        var mode = host.Text("NetworkMode");
        foreach (var (name, value) in NetworksOf(document))
        {
            if (mode.Length >= ShortIdLength && value is JsonObject endpoint && endpoint.Text("NetworkID").StartsWith(mode, StringComparison.Ordinal))
            {
                host["NetworkMode"] = name;
                return name;
            }
        }

        return mode;
    }

    private static void DropGivenHostName(JsonObject document, JsonObject body, JsonObject host)
    {
        // A host name nobody chose is the beginning of the old id; the new container gets its own.
        var id = document.Text("Id");
        var name = body.Text("Hostname");
        var given = name.Length == ShortIdLength && id.StartsWith(name, StringComparison.Ordinal);
        if (given || host.Text("NetworkMode").StartsWith("container:", StringComparison.Ordinal))
        {
            body.Remove("Hostname");
            body.Remove("Domainname");
        }
    }

    private static void AddUndeclaredMounts(JsonObject document, JsonObject host)
    {
        // Volumes without a name, and what came from another container (--volumes-from), are listed only among what is mounted.
        // Named outright they keep their content in the new container, and it needs no other one to be there.
        var binds = host["Binds"] as JsonArray ?? [];
        host["Binds"] = null;
        var targets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var bind in binds.Select(bind => bind?.ToString() ?? string.Empty).Where(bind => MountEditor.SourceOf(bind) is not null))
        {
            targets.Add(TargetKey(MountEditor.TargetOf(bind)));
        }

        var declared = MountEditor.Objects(host["Mounts"]).ToList();
        foreach (var mount in declared.Where(mount => mount.Text("Source").Length > 0 || !MountEditor.IsKind(mount, MountKind.Volume)))
        {
            targets.Add(TargetKey(mount.Text("Target")));
        }

        foreach (var mount in MountEditor.Objects(document["Mounts"]))
        {
            var source = mount.Text(MountEditor.IsKind(mount, MountKind.Volume) ? "Name" : "Source");
            var mountable = MountEditor.IsKind(mount, MountKind.Volume) || MountEditor.IsKind(mount, MountKind.Bind);
            if (mountable && source.Length > 0 && targets.Add(TargetKey(mount.Text("Destination"))))
            {
                AddMount(mount, source, declared, binds);
            }
        }

        host["Binds"] = binds.DeepClone();
        if (document["Mounts"] is JsonArray)
        {
            host.Remove("VolumesFrom");
        }
    }

    private static void AddMount(JsonObject mount, string source, List<JsonObject> declared, JsonArray binds)
    {
        var target = mount.Text("Destination");
        var anonymous = declared.Find(other => MountEditor.IsKind(other, MountKind.Volume) && TargetKey(other.Text("Target")) == TargetKey(target));
        if (anonymous is not null)
        {
            anonymous["Source"] = source;
            return;
        }

        RemoveTarget(binds, target);
        binds.Add(JsonValue.Create($"{source}:{target}{(mount["RW"]?.GetValue<bool>() == false ? ":ro" : string.Empty)}"));
    }

    private static void RemoveTarget(JsonArray binds, string target)
    {
        for (var i = binds.Count - 1; i >= 0; i--)
        {
            if (binds[i]?.ToString() is { } bind && MountEditor.SourceOf(bind) is null && TargetKey(bind) == TargetKey(target))
            {
                binds.RemoveAt(i);
            }
        }
    }

    private static string TargetKey(string target) => target.Length > 1 ? target.TrimEnd('/') : target;

    private static List<KeyValuePair<string, JsonObject>> EndpointsOf(JsonObject document, string mode, string chosenAddress)
    {
        var list = new List<KeyValuePair<string, JsonObject>>();
        if (mode is "host" or "none" || mode.StartsWith("container:", StringComparison.Ordinal))
        {
            return list;
        }

        var id = document.Text("Id");
        foreach (var (name, value) in NetworksOf(document))
        {
            list.Add(new(name, value is JsonObject endpoint ? SettingsOf(endpoint, id, chosenAddress) : []));
        }

        return list;
    }

    private static JsonObject SettingsOf(JsonObject endpoint, string id, string chosenAddress)
    {
        var settings = DefinitionJson.Pick(endpoint, ["IPAMConfig", "Links", "DriverOpts", "GwPriority"]);
        if (endpoint["Aliases"] is JsonArray aliases)
        {
            // The engine adds the short id by itself.
            var chosen = aliases.Select(alias => alias?.ToString() ?? string.Empty)
                .Where(alias => !(alias.Length == ShortIdLength && id.StartsWith(alias, StringComparison.Ordinal)))
                .Distinct(StringComparer.Ordinal);
            settings["Aliases"] = DefinitionJson.ToArray(chosen);
        }

        if (ChosenAddress(endpoint) is { } address && address != chosenAddress)
        {
            settings["MacAddress"] = address;
        }

        return settings;
    }

    /// <summary>The hardware address somebody chose; null for the one the engine made from the IP address (<c>02:42:</c> and its four bytes).</summary>
    private static string? ChosenAddress(JsonObject endpoint)
    {
        var address = endpoint.Text("MacAddress");
        if (address.Length == 0 || !System.Net.IPAddress.TryParse(endpoint.Text("IPAddress"), out var ip))
        {
            return address.Length > 0 ? address : null;
        }

        var made = "02:42:" + string.Join(':', ip.GetAddressBytes().Select(part => part.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
        return string.Equals(address, made, StringComparison.OrdinalIgnoreCase) ? null : address;
    }

    /// <summary>A hardware address is shown only while the container runs, chosen or not: it does not tell two definitions apart.</summary>
    private static void DropGivenAddresses(JsonObject body)
    {
        var first = (body["NetworkingConfig"] as JsonObject)?["EndpointsConfig"] as JsonObject;
        foreach (var endpoint in (first ?? []).Concat(body["FurtherNetworks"] as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>())
        {
            endpoint.Remove("MacAddress");
        }
    }

    /// <summary>Absent, null and empty mean the same to the engine, which writes now one, now the other.</summary>
    private static void Canonical(JsonNode node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map.ToList())
                {
                    if (value is not null)
                    {
                        Canonical(value);
                    }

                    if (value is null or JsonObject { Count: 0 } or JsonArray { Count: 0 }
                        || (value is JsonValue text && text.TryGetValue(out string? written) && written.Length == 0))
                    {
                        map.Remove(name);
                    }
                }

                break;
            case JsonArray list:
                foreach (var item in list.OfType<JsonNode>())
                {
                    Canonical(item);
                }

                break;
        }
    }
}
