using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using SnapshotBot.Playground.State;

namespace SnapshotBot.Playground.Rest;

/// <summary>Reads a request's JSON and files: plain JSON, or a form whose payload_json goes with files[n].</summary>
internal static class RequestReader
{
    public static async Task<RestCall> ReadAsync(HttpContext http, Route route, Dictionary<string, string> places, string path, long fileLimit)
    {
        var call = new RestCall
        {
            Method = http.Request.Method,
            Path = path,
            Route = route,
            Places = places,
            Query = http.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal),
        };
        if (http.Request.HasFormContentType)
        {
            return await ReadFormAsync(http, call, fileLimit);
        }

        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        return text.Length == 0 ? call : call with { Json = Parse(text) };
    }

    private static async Task<RestCall> ReadFormAsync(HttpContext http, RestCall call, long fileLimit)
    {
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException)
        {
            throw RestError.TooLarge();
        }

        var files = new Dictionary<int, StoredFile>();
        foreach (var file in form.Files)
        {
            if (file.Length > fileLimit)
            {
                throw RestError.TooLarge();
            }

            if (!file.Name.StartsWith("files[", StringComparison.Ordinal) || !int.TryParse(file.Name[6..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                throw RestError.NotJson();
            }

            using var content = new MemoryStream();
            await file.CopyToAsync(content, http.RequestAborted);
            files[number] = new StoredFile(file.FileName, file.ContentType ?? "application/octet-stream", content.ToArray());
        }

        return call with { Json = form.TryGetValue("payload_json", out var json) ? Parse(json.ToString()) : new JsonObject(), Files = files };
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw RestError.NotJson();
        }
    }
}
