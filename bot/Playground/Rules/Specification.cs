using System.Text.Json.Nodes;
using SnapshotBot.Playground.Rest;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rules;

/// <summary>Discord's published specification (openapi.json), and what a request says against it.</summary>
internal sealed class Specification
{
    private readonly JsonObject _paths;
    private readonly SchemaCheck _check;

    private Specification(JsonObject document)
    {
        _paths = (JsonObject)document["paths"]!;
        _check = new SchemaCheck((JsonObject)document["components"]!["schemas"]!);
    }

    public static Specification? Read(string? file)
    {
        if (file is null)
        {
            return null;
        }

        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        return new Specification((JsonObject)JsonNode.Parse(stream)!);
    }

    /// <returns>Null when the specification says nothing of this request's body.</returns>
    public SchemaFindings? Check(RestCall call)
    {
        var operation = Operation(call.Route.Template, call.Method);
        var content = operation?["requestBody"]?["content"]?["application/json"]?["schema"];
        if (content is not JsonObject schema)
        {
            return null;
        }

        if (call.Json is null && operation?["requestBody"]?["required"]?.GetValue<bool>() != true)
        {
            return null;
        }

        return _check.Run(schema, call.Json);
    }

    /// <summary>What an answer of our own says against it.</summary>
    public SchemaFindings? CheckAnswer(string template, string method, int status, JsonNode? body) =>
        Operation(template, method)?["responses"]?[Shapes.Id((ulong)status)]?["content"]?["application/json"]?["schema"] is JsonObject schema
            ? _check.Run(schema, body)
            : null;

    private JsonNode? Operation(string template, string method) => _paths[template]?[method.ToLowerInvariant()];
}
