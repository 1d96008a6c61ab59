using System.Globalization;
using System.Text;
using System.Text.Json;
using SnapshotBot.Storage.Format;

namespace SnapshotBot.Service.Capture;

/// <summary>Where things are in a snapshot's tree.</summary>
internal static class SnapshotLayout
{
    private const int LongestSlug = 40;

    /// <summary>A mount's folder: its number and what people recognise it by.</summary>
    public static string MountFolder(int number, string target) => string.Create(CultureInfo.InvariantCulture, $"mounts/{number:00}-{Slug(target)}");

    /// <summary>Container names hold letters, digits, <c>_</c>, <c>.</c> and <c>-</c> only, so they are folder names as they are.</summary>
    public static string LayerFolder(string container) => $"containers/{container}/layer";

    public static string ImageFolder(string imageId) => $"images/{imageId}";

    public static byte[] Write(ServerDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, CaptureJson.Default.ServerDocument);

    /// <summary>Reads a document; one of a later schema is refused rather than misunderstood.</summary>
    /// <exception cref="RepositoryDamagedException">It is not one of ours or is damaged.</exception>
    public static ServerDocument Read(ReadOnlySpan<byte> json)
    {
        ServerDocument document;
        try
        {
            document = JsonSerializer.Deserialize(json, CaptureJson.Default.ServerDocument) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException error)
        {
            throw new RepositoryDamagedException($"{ServerDocument.FileName} of the snapshot can't be read: {error.Message}", inner: error);
        }

        if (document.Schema > ServerDocument.CurrentSchema)
        {
            throw new RepositoryDamagedException(
                $"{ServerDocument.FileName} has schema {document.Schema}; this program knows up to {ServerDocument.CurrentSchema}. Use the version that wrote it.");
        }

        return document;
    }

    private static string Slug(string target)
    {
        var slug = new StringBuilder();
        foreach (var letter in target)
        {
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(char.ToLowerInvariant(letter));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        var text = slug.ToString().Trim('-');
        text = text.Length > LongestSlug ? text[^LongestSlug..].Trim('-') : text;
        return text.Length == 0 ? "root" : text;
    }
}
