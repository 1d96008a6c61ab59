using System.Text.Json;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

/// <summary>What <c>manifest.json</c> of a saved image says: which file is the configuration and which are the layers.</summary>
public sealed record ImageArchiveManifest
{
    /// <summary>Name of the file in the archive that this is read from.</summary>
    public const string FileName = "manifest.json";

    /// <summary>Path of the image's configuration in the archive.</summary>
    public required string ConfigPath { get; init; }

    /// <summary>Paths of the layers in the archive, the lowest first: in the order of <see cref="ImageDetails.LayerDigests"/>.</summary>
    public required IReadOnlyList<string> LayerPaths { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Reads the file's content.</summary>
    /// <exception cref="EngineAnswerException">It is no manifest of exactly one image.</exception>
    public static ImageArchiveManifest Parse(ReadOnlyMemory<byte> json)
    {
        var subject = new CallSubject("save an image", EngineNoun.Image, string.Empty);
        return Answer.Read(json, subject, root =>
        {
            var image = root.ValueKind == JsonValueKind.Array && root.GetArrayLength() == 1
                ? root[0]
                : throw new FormatException("The manifest does not describe one image.");
            return new ImageArchiveManifest
            {
                ConfigPath = ImageArchiveReader.CheckedPath(image.Text("Config")),
                LayerPaths = [.. image.Texts("Layers").Select(ImageArchiveReader.CheckedPath)],
                Tags = image.Texts("RepoTags"),
            };
        });
    }
}
