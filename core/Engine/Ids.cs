using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SnapshotBot.Engine;

/// <summary>A container's whole id: 64 hexadecimal digits, nothing else.</summary>
/// <remarks>The engine's client puts ids unescaped into addresses, so nothing but this type ever reaches it.</remarks>
public readonly record struct ContainerId
{
    private readonly string? _value;

    private ContainerId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An empty container id was used.");

    /// <summary>The first twelve digits: what people are shown.</summary>
    public string ToShortString() => Value[..12];

    public static bool TryParse([NotNullWhen(true)] string? text, out ContainerId id)
    {
        id = HexId.IsValid(text) ? new ContainerId(text) : default;
        return id != default;
    }

    public static ContainerId Parse(string text) => TryParse(text, out var id) ? id : throw HexId.Invalid(text, "container");

    public override string ToString() => Value;
}

/// <summary>An image's whole id, without its <c>sha256:</c>.</summary>
public readonly record struct ImageId
{
    private const string Prefix = "sha256:";
    private readonly string? _value;

    private ImageId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An empty image id was used.");

    /// <summary>As the engine writes it: <c>sha256:</c> and 64 digits.</summary>
    public string Reference => Prefix + Value;

    public string ToShortString() => Value[..12];

    /// <summary>Reads 64 hexadecimal digits, with or without <c>sha256:</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ImageId id)
    {
        var digits = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        id = HexId.IsValid(digits) ? new ImageId(digits) : default;
        return id != default;
    }

    public static ImageId Parse(string text) => TryParse(text, out var id) ? id : throw HexId.Invalid(text, "image");

    public override string ToString() => Reference;
}

/// <summary>A network's whole id.</summary>
public readonly record struct NetworkId
{
    private readonly string? _value;

    private NetworkId(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An empty network id was used.");

    public static bool TryParse([NotNullWhen(true)] string? text, out NetworkId id)
    {
        id = HexId.IsValid(text) ? new NetworkId(text) : default;
        return id != default;
    }

    public static NetworkId Parse(string text) => TryParse(text, out var id) ? id : throw HexId.Invalid(text, "network");

    public override string ToString() => Value;
}

/// <summary>A volume's or container's name, which the engine's rule keeps free of anything an address could trip over.</summary>
public readonly record struct EngineName
{
    private const int LongestName = 255;
    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    private readonly string? _value;

    private EngineName(string value) => _value = value;

    public string Value => _value ?? throw new InvalidOperationException("An empty name was used.");

    /// <summary>Two or more of letters, digits, <c>_</c>, <c>.</c> and <c>-</c>, beginning with a letter or digit.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EngineName name)
    {
        var valid = text is { Length: >= 2 and <= LongestName } && char.IsAsciiLetterOrDigit(text[0])
            && !text.AsSpan().ContainsAnyExcept(Allowed);
        name = valid ? new EngineName(text!) : default;
        return valid;
    }

    public static EngineName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException(
            $"'{PrintableText.Of(text)}' can't name a container or volume. Use two or more letters, digits, '_', '.' or '-', beginning with a letter or digit.");

    public override string ToString() => Value;
}

internal static class HexId
{
    private const int Length = 64;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(Digits);

    public static FormatException Invalid(string text, string noun) =>
        new($"'{PrintableText.Of(text)}' is no {noun} id: one has 64 lower-case hexadecimal digits.");
}
