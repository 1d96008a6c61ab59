using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace SnapshotBot.Engine;

/// <summary>A name and tag for an image, such as <c>game:1.2</c> or <c>registry.local:5000/games/one:latest</c>.</summary>
public readonly partial record struct ImageTag
{
    private const int LongestRepository = 255;

    private ImageTag(string repository, string tag) => (Repository, Tag) = (repository, tag);

    public string Repository { get; }

    public string Tag { get; }

    /// <summary>Reads <c>name</c>, <c>name:tag</c> or <c>host:port/name:tag</c>; without a tag it is <c>latest</c>. Digests are no tags.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ImageTag tag)
    {
        tag = default;
        if (text is null || Grammar().Match(text) is not { Success: true } match || match.Groups["name"].Length > LongestRepository)
        {
            return false;
        }

        tag = new ImageTag(match.Groups["name"].Value, match.Groups["tag"].Success ? match.Groups["tag"].Value : "latest");
        return true;
    }

    public static ImageTag Parse(string text) => TryParse(text, out var tag)
        ? tag
        : throw new FormatException($"'{PrintableText.Of(text)}' can't name an image. Use lower-case letters, digits, '.', '_', '-' and '/', then ':' and a tag.");

    public override string ToString() => $"{Repository}:{Tag}";

    // The reference grammar of the distribution specification.
    [GeneratedRegex(
        @"\A(?<name>(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Grammar();
}
