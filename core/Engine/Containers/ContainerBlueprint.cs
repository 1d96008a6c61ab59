using System.Globalization;
using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>A container to be made from nothing. What exists already is made again from its <see cref="ContainerDefinition"/>.</summary>
public sealed record ContainerBlueprint
{
    /// <summary>A tag, or an image's <see cref="ImageId.Reference"/>.</summary>
    public required string Image { get; init; }

    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary><c>KEY=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyList<BlueprintMount> Mounts { get; init; } = [];

    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>A network's name, <c>none</c> or <c>host</c>; empty for the engine's own bridge.</summary>
    public string Network { get; init; } = string.Empty;

    public string HostName { get; init; } = string.Empty;

    public RestartPolicy RestartPolicy { get; init; } = RestartPolicy.None;

    /// <summary>Null: the engine's ten seconds.</summary>
    public TimeSpan? StopTimeout { get; init; }

    /// <summary>Whether its standard input stays open for lines to be written to.</summary>
    public bool TakesInput { get; init; }

    /// <summary>Zero: no limit.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>As a definition that a container can be made from.</summary>
    public ContainerDefinition ToDefinition()
    {
        var document = new JsonObject
        {
            ["Name"] = string.Empty,
            ["Config"] = Config(),
            ["HostConfig"] = HostConfig(),
            ["NetworkSettings"] = new JsonObject { ["Networks"] = Networks() },
        };
        return ContainerDefinition.Parse(DefinitionJson.ToBytes(document));
    }

    private JsonObject Config()
    {
        var exposed = new JsonObject();
        foreach (var port in Ports)
        {
            exposed[Key(port)] = new JsonObject();
        }

        var config = new JsonObject
        {
            ["Image"] = Image,
            ["Env"] = DefinitionJson.ToArray(Environment),
            ["Labels"] = DefinitionJson.ToObject(Labels),
            ["ExposedPorts"] = exposed,
        };
        if (TakesInput)
        {
            config["OpenStdin"] = true;
        }

        if (Command.Count > 0)
        {
            config["Cmd"] = DefinitionJson.ToArray(Command);
        }

        if (HostName.Length > 0)
        {
            config["Hostname"] = HostName;
        }

        if (StopTimeout is { } timeout)
        {
            config["StopTimeout"] = (int)timeout.TotalSeconds;
        }

        return config;
    }

    private JsonObject HostConfig()
    {
        var bindings = new JsonObject();
        foreach (var ports in Ports.GroupBy(Key, StringComparer.Ordinal))
        {
            bindings[ports.Key] = new JsonArray(
            [
                .. ports.Select(port => (JsonNode)new JsonObject
                {
                    ["HostIp"] = port.HostAddress,
                    ["HostPort"] = port.HostPort?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
                }),
            ]);
        }

        return new JsonObject
        {
            ["NetworkMode"] = Network.Length > 0 ? Network : "default",
            ["RestartPolicy"] = RestartPolicyText.ToJson(RestartPolicy),
            ["PortBindings"] = bindings,
            ["Memory"] = MemoryBytes,
            ["Mounts"] = new JsonArray([.. Mounts.Select(mount => (JsonNode)mount.ToJson())]),
        };
    }

    private JsonObject Networks() =>
        Network is "" or "none" or "host" ? [] : new JsonObject { [Network] = new JsonObject() };

    private static string Key(PublishedPort port) => string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol}");
}

/// <summary>A mount of a container to be made.</summary>
/// <param name="Kind"><see cref="MountKind.Bind"/>, <see cref="MountKind.Volume"/> or <see cref="MountKind.TemporaryFileSystem"/>.</param>
/// <param name="Source">A folder of the engine's host, or a volume's name; empty for an anonymous volume.</param>
/// <param name="Target">Path inside the container.</param>
/// <param name="Access">What the container may do with it.</param>
public sealed record BlueprintMount(MountKind Kind, string Source, string Target, MountAccess Access)
{
    /// <summary>A named volume that the container may write.</summary>
    public static BlueprintMount Volume(EngineName name, string target) => new(MountKind.Volume, name.Value, target, MountAccess.ReadWrite);

    /// <summary>A folder of the engine's host that the container may write.</summary>
    public static BlueprintMount Bind(string source, string target) => new(MountKind.Bind, source, target, MountAccess.ReadWrite);

    internal JsonObject ToJson() => new()
    {
        ["Type"] = Kind switch
        {
            MountKind.Bind => "bind",
            MountKind.Volume => "volume",
            MountKind.TemporaryFileSystem => "tmpfs",
            _ => throw new InvalidOperationException("Only binds, volumes and temporary file systems can be made."),
        },
        ["Source"] = Source,
        ["Target"] = Target,
        ["ReadOnly"] = Access == MountAccess.ReadOnly,
    };
}

/// <summary>What a container may do with a mount.</summary>
public enum MountAccess
{
    ReadWrite,
    ReadOnly,
}
