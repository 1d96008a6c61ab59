using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

/// <summary>Mounts are described in three places: old-style <c>Binds</c>, new-style <c>Mounts</c>, and the list of what is mounted.</summary>
internal static class MountEditor
{
    public static void Replace(JsonObject document, MountKind kind, string source, string newSource)
    {
        var host = document.ObjectAt("HostConfig");
        if (host["Binds"] is JsonArray binds)
        {
            for (var i = 0; i < binds.Count; i++)
            {
                if (binds[i]?.ToString() is { } bind && SourceOf(bind) == source)
                {
                    binds[i] = newSource + bind[source.Length..];
                }
            }
        }

        foreach (var mount in Objects(host["Mounts"]).Where(mount => IsKind(mount, kind) && mount.Text("Source") == source))
        {
            mount["Source"] = newSource;
        }

        foreach (var mount in Objects(document["Mounts"]).Where(mount => IsKind(mount, kind)))
        {
            ReplaceMounted(mount, kind, source, newSource);
        }
    }

    public static IEnumerable<JsonObject> Objects(JsonNode? list) => list is JsonArray array ? array.OfType<JsonObject>() : [];

    public static bool IsKind(JsonObject mount, MountKind kind) =>
        mount.Text("Type") == (kind == MountKind.Volume ? "volume" : "bind");

    /// <summary>The source of <c>source:target[:mode]</c>; null for an anonymous volume, which has a target only.</summary>
    public static string? SourceOf(string bind)
    {
        var colon = bind.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? bind[..colon] : null;
    }

    /// <summary>The target of <c>source:target[:mode]</c>.</summary>
    public static string TargetOf(string bind)
    {
        var parts = bind.Split(':');
        return parts.Length > 1 ? parts[1] : parts[0];
    }

    private static void ReplaceMounted(JsonObject mount, MountKind kind, string source, string newSource)
    {
        var field = kind == MountKind.Volume ? "Name" : "Source";
        if (mount.Text(field) == source)
        {
            mount[field] = newSource;
        }
    }
}
