using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>A network as the engine described it, without loss.</summary>
public sealed class NetworkDefinition
{
    // What the engine takes at creation; the rest of its description is state.
    private static readonly string[] Settings =
        ["Name", "Driver", "Scope", "EnableIPv4", "EnableIPv6", "Internal", "Attachable", "Ingress", "ConfigOnly", "Options", "Labels"];

    private readonly JsonObject _document;

    private NetworkDefinition(JsonObject document, ReadOnlyMemory<byte> json) => (_document, Json) = (document, json);

    /// <summary>The engine's own words.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public string Name => _document.Text("Name");

    /// <summary>Reads the engine's own words.</summary>
    /// <exception cref="EngineAnswerException">It is no description of a network.</exception>
    public static NetworkDefinition Parse(ReadOnlyMemory<byte> json) =>
        new(DefinitionJson.ParseObject(json, "network", "Name"), json);

    /// <summary>A new network of the engine's bridge driver, with addresses of its own.</summary>
    public static NetworkDefinition Create(EngineName name, IReadOnlyDictionary<string, string> labels, NetworkReach reach)
    {
        var document = new JsonObject
        {
            ["Name"] = name.Value,
            ["Driver"] = "bridge",
            ["Internal"] = reach == NetworkReach.Internal,
            ["Labels"] = DefinitionJson.ToObject(labels),
        };
        return new NetworkDefinition(document, DefinitionJson.ToBytes(document));
    }

    /// <summary>Whether its containers reach nothing outside it.</summary>
    public NetworkReach Reach => _document["Internal"] is JsonValue value && value.TryGetValue(out bool isInternal) && isInternal ? NetworkReach.Internal : NetworkReach.Outside;

    internal JsonObject ToCreateBody()
    {
        var body = DefinitionJson.Pick(_document, Settings);
        if (_document["IPAM"] is JsonObject addresses)
        {
            body["IPAM"] = addresses.DeepClone();
        }

        if (_document["ConfigFrom"] is JsonObject source && source.Text("Network").Length > 0)
        {
            body["ConfigFrom"] = source.DeepClone();
        }

        // Older engines make a second network of the same name unless told to look.
        body["CheckDuplicate"] = true;
        return body;
    }
}

/// <summary>How far a network reaches.</summary>
public enum NetworkReach
{
    Outside,
    Internal,
}
