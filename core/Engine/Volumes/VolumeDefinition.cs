using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>A volume as the engine described it, without loss.</summary>
public sealed class VolumeDefinition
{
    private readonly JsonObject _document;

    private VolumeDefinition(JsonObject document, ReadOnlyMemory<byte> json) => (_document, Json) = (document, json);

    /// <summary>The engine's own words.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public string Name => _document.Text("Name");

    public string Driver => _document.Text("Driver") is { Length: > 0 } driver ? driver : "local";

    public IReadOnlyDictionary<string, string> Options => _document.TextMap("Options");

    public IReadOnlyDictionary<string, string> Labels => _document.TextMap("Labels");

    /// <summary>Reads the engine's own words.</summary>
    /// <exception cref="EngineAnswerException">It is no description of a volume.</exception>
    public static VolumeDefinition Parse(ReadOnlyMemory<byte> json) =>
        new(DefinitionJson.ParseObject(json, "volume", "Name"), json);

    /// <summary>A new volume's definition.</summary>
    public static VolumeDefinition Create(EngineName name, IReadOnlyDictionary<string, string> labels)
    {
        var document = new JsonObject
        {
            ["Name"] = name.Value,
            ["Driver"] = "local",
            ["Labels"] = DefinitionJson.ToObject(labels),
        };
        return new VolumeDefinition(document, DefinitionJson.ToBytes(document));
    }

    /// <summary>The same volume under another name.</summary>
    public VolumeDefinition WithName(EngineName name)
    {
        var document = (JsonObject)_document.DeepClone();
        document["Name"] = name.Value;
        return new VolumeDefinition(document, DefinitionJson.ToBytes(document));
    }

    internal JsonObject ToCreateBody()
    {
        var body = DefinitionJson.Pick(_document, ["Name", "Driver", "Labels"]);
        if (_document["Options"] is JsonObject options)
        {
            body["DriverOpts"] = options.DeepClone();
        }

        return body;
    }
}
