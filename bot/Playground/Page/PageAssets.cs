using System.Collections.Frozen;
using System.Reflection;

namespace SnapshotBot.Playground.Page;

/// <summary>The page's files, which are part of the program.</summary>
internal static class PageAssets
{
    private const string Prefix = "page/";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, byte[]> Files = Read();

    public static (byte[] Content, string Type)? Find(string path) =>
        Files.TryGetValue(path.Length == 0 ? "index.html" : path, out var content)
            ? (content, Types.GetValueOrDefault(Path.GetExtension(path.Length == 0 ? "index.html" : path), "application/octet-stream"))
            : null;

    private static FrozenDictionary<string, byte[]> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Content(assembly, name), StringComparer.Ordinal);
    }

    private static byte[] Content(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
