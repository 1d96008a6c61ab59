using System.Diagnostics.CodeAnalysis;

namespace SnapshotBot.Service.Snapshots;

/// <summary>A path as the game sees it: absolute, and with its container when a server has several (<c>web:/srv/map</c>).</summary>
internal readonly record struct GamePath(string? Container, string Path)
{
    /// <summary>Reads what a person wrote. Dots, empty steps and zero bytes name nothing in a snapshot and are refused.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out GamePath? path)
    {
        path = null;
        string? container = null;
        if (!text.StartsWith('/') && text.IndexOf(":/", StringComparison.Ordinal) is > 0 and var colon)
        {
            container = text[..colon];
            text = text[(colon + 1)..];
        }

        if (!text.StartsWith('/') || text.Contains('\0', StringComparison.Ordinal))
            return false;
        var steps = text.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Any(step => step is "." or ".."))
            return false;
        path = new GamePath(container, "/" + string.Join('/', steps));
        return true;
    }

    /// <summary>Whether this is the path given or lies below it.</summary>
    public static bool IsAtOrBelow(string path, string top) =>
        top == "/" || path == top || (path.StartsWith(top, StringComparison.Ordinal) && path[top.Length] == '/');

    /// <summary>What is left of a path below another, without a slash in front; empty when both are the same.</summary>
    public static string Below(string path, string top) => top == "/" ? path[1..] : path == top ? "" : path[(top.Length + 1)..];

    public static string Join(string folder, string name) => folder == "/" ? "/" + name : $"{folder}/{name}";
}
